import pytest

from documents.extraction.media_types import HTML
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here

PAGE = """<!doctype html><html><head><title> 취업 규칙 </title><script>var x = 1</script></head><body>
<nav>Home | Login</nav><h1>Leave <em>policy</em></h1>
<p>One <b>bold</b>word<br>second&nbsp;line</p>tail
<ol start=3><li>three<li>four <ul><li>inner</ul></ol>
<table><tr><th>Kind</th><th>Days</th></tr><tr><td><p>Annual</p></td><td>15<br>or 16</td></tr></table>
<pre>a
  b</pre><p style="display: none">hidden</p>after<p hidden>gone</p><h2 aria-hidden="true">ghost</h2>
<h2>Next</h2><p>End.</p><footer>imprint</footer></body></html>"""


def read(tmp_path, content):
    path = tmp_path / "stored"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_here(path, HTML)


def test_a_page_is_read_as_people_see_it(tmp_path):
    extraction = read(tmp_path, PAGE)

    page = extraction.pages[0]
    assert extraction.title == "취업 규칙"
    assert [(h.level, h.text) for h in page.headings] == [(1, "Leave policy"), (2, "Next")]
    assert all(page.text[h.start :].startswith(h.text) for h in page.headings)
    assert page.text == (
        "Leave policy\n\nOne boldword\nsecond line\n\ntail\n\n3. three\n4. four\n  - inner\n\n"
        "Kind | Days\nAnnual | 15 or 16\n\na\n  b\n\nafter\n\nNext\n\nEnd."
    )


def test_the_main_element_is_the_content(tmp_path):
    text = read(tmp_path, f"<div>menu</div><main><p>{'words ' * 20}</p></main><div>more</div>").pages[0].text

    assert text == "words " * 19 + "words"


def test_tables_that_only_place_things_are_no_rows(tmp_path):
    inner = "<table><tr><td>1</td><td>2</td></tr></table>"
    html = f"<table><tr><td><h2>Left</h2>x</td><td>y{inner}z</td></tr></table>"

    page = read(tmp_path, html).pages[0]

    assert page.text == "Left\n\nx\n\ny\n\n1 | 2\n\nz"
    assert page.headings[0].text == "Left"


@pytest.mark.parametrize("label", ["ks_c_5601-1987", "utf-8", "euc-kr"])
def test_old_korean_pages_are_read_even_if_they_say_something_else(tmp_path, label):
    html = f'<html><head><meta charset="{label}"></head><body>똠방각하의 연차는 15일입니다.</body></html>'

    assert read(tmp_path, html.encode("cp949")).pages[0].text == "똠방각하의 연차는 15일입니다."


def test_scripts_and_references_are_no_text_and_are_not_followed(tmp_path):
    html = (
        "<p>shown</p><script>alert(1)</script><svg/onload=alert(2)><a href='javascript:alert(3)'>link</a>"
        "<iframe srcdoc='<p>x'></iframe><img src='file:///etc/passwd' alt='picture'><p>end</p>"
    )

    assert read(tmp_path, html).pages[0].text == "shown\n\nlink picture\n\nend"


@pytest.mark.parametrize(
    "html", ["<div>" * 100_000 + "x", "<b><i>" * 100_000 + "x", "<p " + "a=1 " * 100_000 + ">x</p>"]
)
def test_hostile_trees_are_too_complex(tmp_path, html):
    with pytest.raises(IndexingFailure) as caught:
        read(tmp_path, html)

    assert caught.value.code == FailureCode.TOO_COMPLEX


def test_a_page_without_words_has_no_text(tmp_path):
    with pytest.raises(IndexingFailure) as caught:
        read(tmp_path, "<html><body><script>x</script></body></html>")

    assert caught.value.code == FailureCode.NO_TEXT


ARTICLE = "<h2>Leave</h2>" + "<p>Every employee has fifteen days of leave in a year.</p>" * 8


def text_of(tmp_path, html):
    return read(tmp_path, html).pages[0].text


FRAMES = [
    "<nav>FRAME</nav>",
    "<header><a href='/'>FRAME</a></header>",
    "<footer>FRAME</footer>",
    "<aside>FRAME</aside>",
    "<div role='navigation'>FRAME</div>",
    "<div role='contentinfo'>FRAME</div>",
    "<div id='gnb'><ul><li>FRAME</ul></div>",
    "<div class='col-3 sidebar'>FRAME</div>",
    "<div id='cookie-consent-banner'>FRAME</div>",
    "<div class='js-cookie-notice'><p>FRAME</p></div>",
    "<div id='onetrust-consent-sdk'>FRAME</div>",
    "<section role='dialog'>FRAME</section>",
]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("page", ["{frame}{content}", "{content}{frame}", "<div><div>{frame}</div>{content}</div>"])
def test_what_frames_the_content_is_left_out(tmp_path, page, frame):
    text = text_of(tmp_path, page.format(frame=frame, content=ARTICLE))

    assert "FRAME" not in text
    assert text.count("fifteen days") == 8


@pytest.mark.parametrize("frame", FRAMES)
def test_a_page_that_consists_of_what_looks_like_a_frame_is_read(tmp_path, frame):
    assert "FRAME" in text_of(tmp_path, frame)
    assert "FRAME" in text_of(tmp_path, f"<p>Hi</p>{frame.replace('FRAME', 'FRAME and much more text than that')}")


def test_heads_feet_and_remarks_of_an_article_belong_to_it(tmp_path):
    html = f"<article><header>Written by Kim</header>{ARTICLE}<aside>Remark</aside><footer>Sources</footer></article>"

    text = text_of(tmp_path, f"<nav>menu</nav>{html}")

    assert all(words in text for words in ("Written by Kim", "Remark", "Sources"))
    assert "menu" not in text


def test_a_head_with_the_title_is_kept_without_its_menu(tmp_path):
    page = read(tmp_path, f"<header><nav>menu</nav><h1>Handbook</h1></header>{ARTICLE}").pages[0]

    assert page.text.startswith("Handbook\n\nLeave")
    assert [heading.text for heading in page.headings] == ["Handbook", "Leave"]


def test_the_title_above_the_main_element_stands_over_it(tmp_path):
    page = read(tmp_path, f"<div><h1>Hand<i>book</i></h1><p>share this</p></div><main>{ARTICLE}</main>").pages[0]

    assert page.text.startswith("Handbook\n\nLeave")
    assert "share this" not in page.text


def test_a_main_element_with_little_in_it_is_decoration(tmp_path):
    text = text_of(tmp_path, f"<main>Loading</main><div>{ARTICLE}</div>")

    assert "Loading" in text
    assert text.count("fifteen days") == 8


def test_several_articles_are_all_read(tmp_path):
    text = text_of(tmp_path, "".join(f"<article><h2>{n}</h2>{ARTICLE}</article>" for n in range(3)))

    assert text.count("fifteen days") == 24


def test_a_text_about_cookies_is_no_banner(tmp_path):
    assert "cookies" in text_of(tmp_path, f"{ARTICLE}<div id='cookie-policy'>How we use cookies</div>")


def test_hidden_text_does_not_make_an_element_the_content(tmp_path):
    script = "<script>" + "x = 1;" * 500 + "</script>"

    assert "fifteen" in text_of(tmp_path, f"<main>Loading{script}</main><div>{ARTICLE}</div>")
