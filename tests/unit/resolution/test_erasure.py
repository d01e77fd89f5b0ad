"""Taking a person out of a value: nothing that names them stays, and nothing else goes."""

from hypothesis import given
from hypothesis import strategies as st

from state.canonical import Json
from state.ids import AccountId, EventId
from state.world.delta import deltas_of
from state.world.erasure import ERASED, Marks, Reach, blanked, is_theirs, mentions, redacted, redacted_claims
from tests.build import Story, trust_of

MARKS = Marks(
    "erased-1",
    frozenset({(AccountId("acme"), "ed-moss-1")}),
    frozenset({"ed@q.example"}),
    frozenset({"Ed Moss"}),
)
NAMING = st.sampled_from(["Ed Moss", "ED@Q.example", "ed-moss-1", "Contact/ed-moss-1", "ed moss"])
QUIET = st.sampled_from(
    ["Ted Mossman", "fred@q.example", "ed@q.example.org", "Moss", "ed-moss-12", "", "Raj was there"]
)
TEXTS = st.builds(lambda one, two, three: f"{one}. {two}. {three}", QUIET, NAMING | QUIET, QUIET)
VALUES: st.SearchStrategy[Json] = st.recursive(
    NAMING | QUIET | TEXTS | st.none() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMING | QUIET, inner),
)


def texts(value: Json) -> list[str]:
    """List every text and key inside a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *(text for one in value.values() for text in texts(one))]
    return [text for one in value for text in texts(one)] if isinstance(value, list) else []


@given(VALUES)
def test_nothing_that_names_the_person_stays(value: Json) -> None:
    assert not any(MARKS.is_in(text) for text in texts(redacted(value, MARKS)))
    assert mentions(redacted(value, MARKS), MARKS) == []


@given(st.lists(QUIET))
def test_what_only_looks_like_the_person_stays(value: list[str]) -> None:
    assert redacted(value, MARKS) == value


def test_a_sentence_goes_and_its_neighbours_stay() -> None:
    text = "Calm day. Ed Moss called twice! He wrote to ed@q.example? Raj was there."
    assert redacted(text, MARKS) == "Calm day. [erased] Raj was there."
    assert redacted("Ed Moss", MARKS) == "erased-1"
    assert redacted("Ed@Q.example", MARKS) == "erased-1@erased.invalid"
    assert redacted({"Contact/ed-moss-1.active": True}, MARKS) == {"Contact/erased-1.active": True}


def test_a_redaction_by_equality_alone_is_seen_to_leave_the_name() -> None:
    careless = [one if one != "Ed Moss" else "erased-1" for one in ["Ed Moss", "Call Ed Moss."]]
    assert any(MARKS.is_in(text) for text in careless)


def test_blanking_keeps_the_shape() -> None:
    assert blanked({"a": ["x", 1, None, True], "b": {"c": "y"}}) == {
        "a": [ERASED, 1, None, True],
        "b": {"c": ERASED},
    }


def test_a_note_is_theirs_only_if_nobody_else_took_part() -> None:
    alone, both = ["ed@q.example"], ["ed@q.example", "raj@q.example"]
    assert is_theirs(MARKS, "acme", "note.added", {"participants": alone})
    assert not is_theirs(MARKS, "acme", "note.added", {"participants": both})
    assert not is_theirs(MARKS, "acme", "note.added", {"participants": []})
    assert is_theirs(MARKS, "acme", "mail.sent", {"to": both})
    assert not is_theirs(MARKS, "acme", "mail.received", {"sender": "raj@q.example", "cc": alone})
    assert is_theirs(MARKS, "acme", "contact.updated", {"contact": "ed-moss-1"})
    assert not is_theirs(MARKS, "birch", "contact.updated", {"contact": "ed-moss-1"})


def test_an_erased_event_leaves_one_claim_that_says_so() -> None:
    event = Story("acme").event(
        "mail.received", "2026-03-01", "mail", mail="m", sender="ed@q.example", text="We need 9 seats."
    )
    rows = [claim.as_json() for claim in deltas_of(event, trust_of)]
    kept = redacted_claims(rows, Reach(frozenset({EventId(event.id)}), frozenset()), MARKS, AccountId("acme"))
    assert len(rows) > 3
    assert [row[1:4] for row in kept if isinstance(row, list)] == [["Account/acme", "erased", True]]
    assert redacted_claims(rows, Reach(frozenset(), frozenset()), MARKS, AccountId("acme")) == rows
