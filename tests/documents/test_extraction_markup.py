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
