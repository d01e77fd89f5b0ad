"""A draft in its sender's manner: greeting, sign-off, length of a talk; nothing else, and not for who said nothing."""

from dataclasses import replace

import pytest

from agents.playbook.signing import in_manner_of
from state.decision.brief import Statement
from state.ids import UserId
from state.principal import Role, User
from state.writing import Writer, WritingStyle
from tests.unit.critic.plans import company, drafted, proposal, rules, seen
from tests.unit.playbook.desk import decide, fieldstone, one, written

ABOUT = seen(company())
TOM = User(id=UserId("tom"), name="Tom Becker", email="tom@fieldstone.example", role=Role.SELLER)
SAID = ("Hello Raj,", "may I show you this in twenty minutes?", "Tom Becker\nAccount Executive")


def body(style: WritingStyle | None, *texts: str) -> list[str]:
    sender = TOM if style is None else Writer(**dict(TOM), style=style)
    found = in_manner_of(
        [Statement(id=f"s{place}", text=text, kind="inferred") for place, text in enumerate(texts)],
        sender,
    )
    return [each.text for each in found]


def test_nothing_said_changes_nothing() -> None:
    assert body(None, *SAID) == body(WritingStyle(), *SAID) == list(SAID)


def test_what_was_said_changes_greeting_talk_and_sign_off_alone() -> None:
    style = WritingStyle(tone="formal", sign_off="Kind regards,", meeting_minutes=15, length="short")
    assert body(style, *SAID) == [
        "Dear Raj,", "may I show you this in 15 minutes?", "Kind regards,\nTom Becker\nAccount Executive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        ("Your ticket has been open for two days.", "Hello Raj, all is well.", "Best,\nMaya Ortiz"),
        ("Helloing Raj, it took 3 hours.", "Tom Becker signed it.", "Yours"),
    ],
)
def test_words_that_only_look_alike_stay(texts: tuple[str, ...]) -> None:
    style = WritingStyle(tone="warm", sign_off="Kind regards,", meeting_minutes=15)
    assert body(style, *texts) == list(texts)


@pytest.mark.parametrize("sign_off", ["Kind regards,", "Best", "Mit freundlichen Grüßen", "Talk soon,"])
def test_a_sign_off_passes_the_critics(sign_off: str) -> None:
    written_so = f"{sign_off}\nMaya Ortiz\nAccount Executive"
    assert rules(drafted(ABOUT, proposal(), "Hi Raj, would 15 minutes suit you?", written_so)) == []


def test_the_playbook_writes_in_the_manner_of_whom_the_mail_speaks_for() -> None:
    sample = fieldstone()
    about = sample.about(sample.of("S9"))
    styled = [
        Writer(**dict(user), style=WritingStyle(tone="warm", sign_off="Cheers,")) for user in about.users
    ]
    mine = one(decide(about), "draft_email")
    before, after = written(mine, about).body, written(mine, replace(about, users=styled)).body
    assert after == before.replace("Hello ", "Hi ", 1).replace("Tom Becker\n", "Cheers,\nTom Becker\n")
    assert after != before


@pytest.mark.parametrize(
    "text", ["a\nb", "{recipient.email}", "a@b.example", "see https://x", "x" * 61, "", "\u202eabc"]
)
def test_a_sign_off_is_one_plain_line(text: str) -> None:
    with pytest.raises(ValueError, match="sign_off"):
        WritingStyle(sign_off=text)
