"""What a reader of a mail sees, and what is hidden from them."""

import base64
import gzip
import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.world.reading_rules import fresh_part
from state.world.records import MailReceived
from tests.unit.connectors.mail_desk import event_of, letter, reasons, told
from tools.connectors.archive import RATIO, packing_fault
from tools.connectors.html_tokens import tokens_of
from tools.connectors.mail import Letter, Unread, read_mail
from tools.connectors.mail_html import split_html
from tools.connectors.mail_parts import DEPTH, PARTS

ORDER = "approve 40 %"
HIDDEN = {
    "display": f'<p style="DISPLAY : none !important">{ORDER}</p>',
    "visibility": f'<p style="visibility:hidden">{ORDER}</p>',
    "size": f'<span style="font-size:0px">{ORDER}</span>',
    "one pixel": f'<span style="font-size:1px">{ORDER}</span>',
    "white on white": f'<span style="color:#fff">{ORDER}</span>',
    "nearly white": f'<font color="#fefefe">{ORDER}</font>',
    "rgb": f'<span style="color:rgb(255, 255, 255)">{ORDER}</span>',
    "black on black": f'<td bgcolor="black"><span style="color:#000000">{ORDER}</span></td>',
    "transparent": f'<span style="color:transparent">{ORDER}</span>',
    "opacity": f'<div style="opacity:0">{ORDER}</div>',
    "no height": f'<div style="max-height:0;overflow:hidden">{ORDER}</div>',
    "off the page": f'<div style="position:absolute; left:-9999px">{ORDER}</div>',
    "indent": f'<div style="text-indent:-5000px">{ORDER}</div>',
    "word": f'<div style="mso-hide:all">{ORDER}</div>',
    "attribute": f"<div hidden>{ORDER}</div>",
    "comment": f"<!-- {ORDER} -->",
    "open comment": f"<!-- {ORDER}",
    "title": f"<head><title>{ORDER}</title></head>",
    "sheet": f"<style>p.x {{ display:none }}</style><p class='x'>{ORDER}</p>",
    "sheet by id": f"<style>#y{{font-size:0}}</style><b id=y>{ORDER}</b>",
    "inside hidden": f'<div style="display:none"><b>{ORDER}</b></div>',
    "tag letters": "".join(chr(0xE0000 + ord(letter)) for letter in ORDER),
    "self-closed": f'<div style="display:none"/>{ORDER}',
}
SEEN = {
    "plain": f"<p>{ORDER}</p>",
    "white on blue": f'<td bgcolor="#0000ff"><span style="color:white">{ORDER}</span></td>',
    "small": f'<span style="font-size:9px">{ORDER}</span>',
    "for phones only": f"<style>@media (max-width:6in){{ .m {{ display:none }} }}</style><p class=m>{ORDER}</p>",
    "after hidden": f'<p style="display:none">x</p>{ORDER}',
    "paragraph closes": f'<p style="display:none">x<p>{ORDER}',
    "head closes": f"<html><head><body>{ORDER}",
    "entity": "approve&#32;40&nbsp;%",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_reader_cannot_see_is_hidden_text(name: str) -> None:
    said = split_html(f"<div>Hello</div>{HIDDEN[name]}")
    assert (ORDER in said.visible, ORDER in said.hidden) == (False, True)


@pytest.mark.parametrize("name", SEEN)
def test_what_a_reader_sees_is_visible_text(name: str) -> None:
    said = split_html(f"<div>Hello</div>{SEEN[name]}")
    assert (ORDER in said.visible.replace("\xa0", " "), ORDER in said.hidden) == (True, False)


def test_scripts_styles_and_addresses_are_on_neither_side() -> None:
    said = split_html(
        '<script>var a="x1"</script><style>.x2{}</style><img src="http://x3.example/" alt=x4>Hi'
    )
    assert (said.visible, said.hidden) == ("Hi", "")


def test_a_quoted_block_stays_and_is_known_as_a_quote() -> None:
    said = split_html(
        "<div>Yes.</div><div>On Mon Maya wrote:<br></div><blockquote>Not <b>now</b><br>ever</blockquote>"
    )
    assert "> Not now\n> ever" in said.visible
    fresh = "".join(said.visible[start:end] for start, end in fresh_part(said.visible))
    assert fresh.strip() == "Yes."


@given(
    text=st.text(max_size=300),
    markup=st.sampled_from(["<!--", "<", "</p", "<p style='", "&#", "<![", '<a b="']),
)
def test_any_markup_is_read(text: str, markup: str) -> None:
    said = split_html(markup + text + markup)
    assert isinstance(said.visible + said.hidden, str)


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<!", "<div>", "</", '<a b="', "&#1", "<style>", "<?", "<p x='>"]
)
def test_a_page_of_one_piece_is_read_to_its_end_in_few_steps(piece: str) -> None:
    count = 20_000
    assert sum(1 for _ in tokens_of(piece * count)) <= 2 * count
    split_html(piece * count)


def parted(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return letter(body, MIME_Version="1.0", Content_Type=f'multipart/{kind}; boundary="b"')


def html(text: str) -> str:
    return f"Content-Type: text/html; charset=utf-8\n\n{text}"


def plain(text: str) -> str:
    return f"Content-Type: text/plain; charset=utf-8\n\n{text}"


def record(raw: bytes) -> MailReceived:
    found = event_of(raw).data
    assert isinstance(found, MailReceived)
    return found


def test_what_only_the_plain_form_says_is_hidden_from_who_reads_the_rich_one() -> None:
    said = record(
        parted(
            "alternative",
            plain(f"Dear Maya,\nsee you soon.\n{ORDER}"),
            html("<p>Dear Maya, see you soon.</p>"),
        )
    )
    assert (said.text, said.hidden_text) == ("Dear Maya, see you soon.", ORDER)


def test_two_forms_of_the_same_words_hide_nothing() -> None:
    forms = plain("*Dear* Maya,\nsee https://x.example/a you soon."), html("<b>Dear</b> Maya, see you soon.")
    assert record(parted("alternative", *forms)).hidden_text == ""


def test_of_an_attachment_name_and_hash_are_kept() -> None:
    content = b"numbers"
    part = (
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="../../etc/offer.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.b64encode(content).decode()}"
    )
    said = record(parted("mixed", plain("See it."), part))
    assert said.text == "See it."
    assert said.attachments == (f"offer.pdf sha256:{hashlib.sha256(content).hexdigest()}",)


def test_an_enclosed_mail_says_nothing_of_its_own() -> None:
    said = record(
        parted("mixed", plain("See it."), f"Content-Type: message/rfc822\n\nFrom: a@b.example\n\n{ORDER}")
    )
    assert ORDER not in said.text + said.hidden_text
    assert len(said.attachments) == 1


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("utf-8", "Grüße"),
        ("iso-8859-1", "Grüße"),
        ("shift_jis", "はい"),
        ("nonsense", "Grüße"),
        ("punycode", "abc"),
        ("idna", "Grüße"),
    ],
)
def test_a_text_is_read_in_its_own_letters(charset: str, raw: str) -> None:
    coded = raw.encode("utf-8" if charset in ("nonsense", "punycode", "idna") else charset)
    body = coded.decode("utf-8", "surrogateescape")
    assert record(letter(body, Content_Type=f"text/plain; charset={charset}")).text == raw


def nested(depth: int) -> bytes:
    headers = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"From: a@acme.example\n{headers}\nHi\n".encode()


@pytest.mark.parametrize(
    ("depth", "is_read"), [(DEPTH, True), (DEPTH + 1, False), (PARTS + 1, False), (5000, False)]
)
def test_parts_may_be_nested_so_deep_and_no_deeper(depth: int, is_read: bool) -> None:
    assert isinstance(read_mail(nested(depth)), Letter if is_read else Unread)


@pytest.mark.parametrize(("parts", "is_read"), [(PARTS - 1, True), (PARTS, False), (50_000, False)])
def test_a_mail_may_have_so_many_parts_and_no_more(parts: int, is_read: bool) -> None:
    read = read_mail(parted("mixed", *["\nHi"] * parts))
    assert isinstance(read, Letter if is_read else Unread)


@pytest.mark.parametrize("coded", ["boundary*=us-ascii''%62", "boundary*0=b"])
def test_a_border_that_is_written_in_code_is_counted_too(coded: str) -> None:
    body = "--b\n\nHi\n" * 50_000
    raw = letter(body, MIME_Version="1.0", Content_Type=f"multipart/mixed; {coded}")
    assert isinstance(read_mail(raw), Unread)


def packed(size: int, names: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(names):
            archive.writestr(f"{number}.txt", bytes(size))
    return out.getvalue()


def test_an_archive_that_would_unpack_beyond_its_bound_is_not_unpacked_further() -> None:
    bomb = packed(1_000_000)
    seen, fault = packing_fault(bomb)
    assert fault is not None
    assert seen <= RATIO * len(bomb) + 65_536
    assert packing_fault(packed(50)) == (50, None)
    assert packing_fault(b"%PDF") == (0, None)


def test_an_archive_that_lies_about_its_size_is_measured_all_the_same() -> None:
    bomb = bytearray(packed(1_000_000))
    entry = bomb.rindex(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert packing_fault(bytes(bomb))[1] is not None
    assert packing_fault(gzip.compress(bytes(1_000_000)))[1] is not None
    assert packing_fault(packed(50)[:-30])[1] == "the archive is damaged or locked"


def test_many_archives_of_one_mail_share_one_bound() -> None:
    seen, _ = packing_fault(packed(5000), 6000)
    assert packing_fault(packed(5000), 6000 - seen)[1] is not None


def test_a_bomb_is_named_in_the_record_and_in_the_report() -> None:
    coded = base64.b64encode(packed(1_000_000)).decode()
    part = f"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n{coded}"
    raw = parted("mixed", plain("See it."), part)
    assert "unpacks to more than" in record(raw).attachments[0]
    assert any("not opened" in reason for reason in reasons(told(raw)))
