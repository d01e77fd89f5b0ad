"""Lines and texts carry no hidden characters, and nothing unfilled or foreign leaves in them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import InvalidInput
from tools.catalog.words import checked_line, checked_text, host_of, ready_to_leave

OURS = ("fieldstone.example",)


@given(st.text(max_size=40))
def test_an_accepted_line_holds_no_control_character(text: str) -> None:
    try:
        kept = checked_line(text, "subject")
    except InvalidInput:
        return
    assert not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in kept)


@pytest.mark.parametrize(
    "hidden", ["\r", "\n", "\x00", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b"]
)
def test_a_hidden_character_is_refused_wherever_it_stands(hidden: str) -> None:
    with pytest.raises(InvalidInput, match="subject"):
        checked_line(f"Your{hidden}Bcc: a@b.example", "subject")


def test_a_text_keeps_its_lines_and_nothing_hidden() -> None:
    assert checked_text("Hello,\r\n\tyou", "body") == "Hello,\n\tyou"
    with pytest.raises(InvalidInput, match="hidden character"):
        checked_text("Hello\x1b[2J", "body")
    with pytest.raises(InvalidInput, match="empty"):
        checked_text("  ", "body")


@pytest.mark.parametrize(
    "words",
    [
        "Hello {{name}}", "Hello [[name]]", "Hello {contact.name}", "Hello [Your Name]", "See <placeholder-1>",
        "Hello [name],", "on [DATE]",
    ],
)  # fmt: skip
def test_an_unfilled_slot_does_not_leave(words: str) -> None:
    with pytest.raises(InvalidInput, match="placeholder"):
        ready_to_leave(words, "body", OURS)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x",
        "http://fieldstone.example.evil.example",
        "https://fieldstone.example@evil.example/",
        "www.evil.example",
        "evil.example/login",
        "https:///evil.example",
        "https://fieldstone.example\\@evil.example",
        "javascript://fieldstone.example/%0aalert(1)//@evil.example",
        "https://notfieldstone.example",
        "https://[broken",
    ],
)
def test_a_link_elsewhere_does_not_leave(link: str) -> None:
    with pytest.raises(InvalidInput, match="links to"):
        ready_to_leave(f"Please look at {link} today", "body", OURS)


@pytest.mark.parametrize(
    "words",
    [
        "See https://fieldstone.example/plan.", "See docs.fieldstone.example/a", "At list: 80 × $800/yr", "and/or",
        "Write to maya@fieldstone.example.", "on 30/4",
    ],
)  # fmt: skip
def test_our_own_links_and_plain_words_leave(words: str) -> None:
    assert ready_to_leave(words, "body", OURS) == words


def test_the_host_is_what_every_mail_program_would_open() -> None:
    assert host_of("https://Evil.example.:8443/b") == "evil.example"
    assert host_of("www.evil.example") == "www.evil.example"
    assert host_of("https://us@fieldstone.example/") == ""
