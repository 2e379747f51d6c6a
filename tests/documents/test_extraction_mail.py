"""Mails: headers and bodies of the mailers that people use, and what they attach."""

from base64 import b64encode
from email.message import EmailMessage

import pytest

from documents.extraction.mail import attachments
from documents.extraction.media_types import EML
from documents.failure_codes import FailureCode, IndexingFailure
from tests.documents.made_files import read_here

LIMIT = 1_000_000
# A syllable that EUC-KR does not have, and that mailers write under its name.
RARE = "똠방각하"


def raw_mail(*headers, body=b"Fifteen days."):
    lines = [header if isinstance(header, bytes) else header.encode() for header in headers]
    return b"\r\n".join([*lines, b"", body])


def mail(body="Leave is fifteen days.", **headers):
    message = EmailMessage()
    values = {"Subject": "Leave rules", "From": "Kim <kim@example.com>", "To": "all@example.com", **headers}
    for name, value in values.items():
        message[name] = value
    if body:
        message.set_content(body)
    return message


def stored(tmp_path, content):
    path = tmp_path / "stored"
    path.write_bytes(content if isinstance(content, bytes) else content.as_bytes())
    return path


def read(tmp_path, content):
    return read_here(stored(tmp_path, content), EML)


def attached(tmp_path, content, limit=LIMIT):
    return list(attachments(stored(tmp_path, content), limit))


def names(tmp_path, content):
    return [member.name for member in attached(tmp_path, content)]


def test_a_mail_is_read_with_its_subject_people_and_date(tmp_path):
    extraction = read(tmp_path, mail(Cc="lee@example.com", Date="Fri, 20 Nov 2026 09:15:00 +0900"))

    (page,) = extraction.pages
    assert extraction.title == "Leave rules"
    assert [(heading.level, heading.text) for heading in page.headings] == [(1, "Leave rules")]
    assert page.text == (
        "Leave rules\n\nFrom: Kim <kim@example.com>\nTo: all@example.com\nCc: lee@example.com\n"
        "Date: 2026-11-20 09:15 +0900\n\nLeave is fifteen days."
    )


@pytest.mark.parametrize(
    "subject",
    [
        b"=?ks_c_5601-1987?B?" + b64encode(RARE.encode("cp949")) + b"?=",
        b"=?utf-8?B?65i67ZiR?=\r\n =?utf-8?Q?=EB=98=A0=EB=B0=A9=EA=B0=81=ED=95=98?=",
        f"{RARE} 연차 휴가 규정을 안내합니다".encode("cp949"),
        RARE.encode(),
    ],
)
def test_korean_subjects_are_decoded_however_they_were_written(tmp_path, subject):
    extraction = read(tmp_path, raw_mail(b"Subject: " + subject, "From: kim@example.com"))

    assert RARE in extraction.title


def test_body_in_an_encoding_that_is_wider_than_its_name(tmp_path):
    body = f"{RARE}의 연차는 15일입니다.".encode("cp949")
    headers = ("Subject: x", "Content-Type: text/plain; charset=ks_c_5601-1987", "Content-Transfer-Encoding: 8bit")

    assert read(tmp_path, raw_mail(*headers, body=body)).pages[0].text.endswith(f"{RARE}의 연차는 15일입니다.")


def test_html_is_preferred_and_read_with_its_tables(tmp_path):
    message = mail("Annual 15")
    message.add_alternative("<h2>Days</h2><table><tr><td>Annual</td><td>15</td></tr></table>", subtype="html")

    page = read(tmp_path, message).pages[0]

    assert page.text.endswith("\n\nDays\n\nAnnual | 15")
    assert [heading.text for heading in page.headings] == ["Leave rules", "Days"]


def test_html_that_says_less_than_the_plain_text_is_not_used(tmp_path):
    message = mail("Leave is fifteen days for everybody.")
    message.add_alternative("<p>Open in browser</p>", subtype="html")

    assert read(tmp_path, message).pages[0].text.endswith("Leave is fifteen days for everybody.")


def test_every_part_of_the_body_is_read(tmp_path):
    message = mail("First part.")
    message.make_mixed()
    footer = EmailMessage()
    footer.set_content("Footer of the list.")
    message.attach(footer)

    assert read(tmp_path, message).pages[0].text.endswith("First part.\n\nFooter of the list.")


def test_a_mail_without_a_body_says_what_its_headers_say(tmp_path):
    message = mail(body="")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")

    assert read(tmp_path, message).pages[0].text.startswith("Leave rules\n\nFrom: Kim")


def test_attachments_keep_their_names_and_bytes(tmp_path):
    message = mail()
    message.add_attachment(b"%PDF-1.4 \0\r\n", maintype="application", subtype="pdf", filename="연차 규정.pdf")
    message.add_attachment("Plain text", filename="note.txt")

    found = attached(tmp_path, message)

    assert [(member.name, member.content) for member in found] == [
        ("연차 규정.pdf", b"%PDF-1.4 \0\r\n"),
        ("note.txt", b"Plain text\n"),
    ]


@pytest.mark.parametrize(
    "parameter",
    [
        "filename*=UTF-8''%EC%97%B0%EC%B0%A8.pdf",
        "filename*=euc-kr''%BF%AC%C2%F7.pdf",
        "filename*0*=UTF-8''%EC%97%B0; filename*1*=%EC%B0%A8.pdf",
        'filename="=?euc-kr?B?v6zC9y5wZGY=?="',
        "filename=연차.pdf",
    ],
)
def test_names_of_attachments_in_every_way_of_writing_them(tmp_path, parameter):
    headers = ("Subject: x", "Content-Type: application/pdf", f"Content-Disposition: attachment; {parameter}")

    assert names(tmp_path, raw_mail(*headers)) == ["연차.pdf"]


def test_a_mail_inside_the_mail_is_a_file_of_its_own(tmp_path):
    inner = mail("Inner body.", Subject="Inner")
    inner.add_attachment(b"inner", maintype="application", subtype="pdf", filename="inner.pdf")
    outer = mail("Outer body.")
    outer.add_attachment(inner)

    (member,) = attached(tmp_path, outer)

    assert member.name == "Inner.eml"
    assert names(tmp_path, member.content) == ["inner.pdf"]
    assert "Inner body." in read(tmp_path, member.content).pages[0].text
    assert "Inner body." not in read(tmp_path, outer).pages[0].text


def test_pictures_that_the_body_shows_are_no_attachments(tmp_path):
    message = mail()
    message.add_alternative("<p>Leave is fifteen days. <img src='cid:logo'></p>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>", filename="logo.png")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="photo.png")

    assert names(tmp_path, message) == ["photo.png"]


def test_an_attachment_above_the_limit_is_refused_on_its_own(tmp_path):
    message = mail()
    message.add_attachment(b"x" * 200, maintype="application", subtype="pdf", filename="large.pdf")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="small.pdf")

    found = attached(tmp_path, message, limit=100)

    assert [(member.name, member.refusal) for member in found] == [
        ("large.pdf", FailureCode.TOO_LARGE),
        ("small.pdf", None),
    ]


def test_thousands_of_attachments_are_too_much(tmp_path):
    part = "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n"
    content = raw_mail("Content-Type: multipart/mixed; boundary=b", body=(part * 2_500 + "--b--").encode())

    with pytest.raises(IndexingFailure) as caught:
        attached(tmp_path, content)

    assert caught.value.code == FailureCode.TOO_MUCH_INSIDE


def test_parts_nested_too_deep_are_refused(tmp_path):
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(60))

    with pytest.raises(IndexingFailure) as caught:
        read(tmp_path, opened.encode())

    assert caught.value.code == FailureCode.TOO_COMPLEX


@pytest.mark.parametrize(
    "header",
    [
        "X-Long: " + "a" * 1_000_000,
        "Subject: " + "=?utf-8?Q?" + "=C3=A9" * 200_000 + "?=",
        "\r\n".join(f"X-{n}: y" for n in range(100_000)),
        "Content-Type: text/plain; " + "; ".join(f"a{n}*0*=x" for n in range(20_000)),
        "Date: Fri, 99 Nov 99999999 99:99:99 +9999",
        "Content-Type: text/plain; charset=no-such-charset",
        "Content-Transfer-Encoding: base64",
    ],
    ids=["long", "encoded", "many", "parameters", "date", "charset", "base64"],
)
def test_odd_and_hostile_headers_do_not_stop_the_reading(tmp_path, header):
    text = read(tmp_path, raw_mail("From: kim@example.com", header)).pages[0].text

    assert "From: kim@example.com" in text
