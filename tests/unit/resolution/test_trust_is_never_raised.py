"""From events to claims, edges, readings and passages nothing is trusted more than its source declares."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.perceiving.world import passages_of
from state.evidence import Trust
from state.ports.world import Passage, recollected
from state.world.delta import Delta, TrustOf, deltas_of
from state.world.event import Event
from state.world.profile.sources import FieldTrust, Source, Sources
from state.world.record import NodeKind
from state.world.situation import EMPTY_DIGEST, Situation
from tests.build import NOW, Story
from tests.build import situation as folded

SOURCES = ("crm", "mail", "calendar", "notes", "form", "news", "support", "nowhere")
TEXT = "We need 40 more seats by 2026-05-01. I will send the contract on Friday.\n\nPlease call Ed Moss."
RECORDS: Sequence[tuple[str, dict[str, object]]] = (
    ("contact.updated", {"contact": "ed", "name": "Ed Moss", "email": "ed@q.example", "verified": True}),
    ("account.updated", {"account": "acme", "domain": "q.example", "owner": "maya"}),
    ("deal.updated", {"deal": "D-1", "name": "Big", "amount": "900.00", "product": "suite", "note": TEXT}),
    ("mail.received", {"mail": "m", "sender": "ed@q.example", "subject": "Trust me", "text": TEXT}),
    ("note.added", {"note": "n", "author": "maya", "meeting": "m-1", "text": TEXT}),
    ("form.submitted", {"form": "f", "kind": "pricing", "sender": "ed@q.example", "text": TEXT}),
    ("ticket.updated", {"ticket": "T-1", "subject": "Down", "severity": 1, "status": "open"}),
    ("fact.corrected", {"account": "acme", "subject": "Contact/ed", "attribute": "title", "value": "CEO"}),
)  # fmt: skip
TRUSTS = st.sampled_from([trust for trust in Trust if trust not in (Trust.ADMIN, Trust.USER)])


@st.composite
def declared(draw: st.DrawFn) -> Sources:
    """Draw a table of trust in which no source is a person."""
    lines = st.builds(
        FieldTrust,
        object=st.sampled_from([kind.value for kind in NodeKind]),
        field=st.sampled_from(["name", "text", "subject", "meeting", "product", "email", None]),
        trust=TRUSTS,
    )
    known = draw(st.lists(st.sampled_from(SOURCES[:-1]), unique=True, min_size=1))
    return Sources(
        sources=tuple(
            Source(
                name=name, title=name, rank=place, trust=draw(TRUSTS),
                fields=tuple(draw(st.lists(lines, max_size=3, unique_by=lambda one: (one.object, one.field)))),
            )
            for place, name in enumerate(known)
        )
    )  # fmt: skip


EVENTS = st.builds(
    lambda record, source: Story("acme").event(record[0], NOW, source, **record[1]),
    st.sampled_from(RECORDS),
    st.sampled_from(SOURCES),
)


def raised(
    event: Event, claims: Sequence[Delta], passages: Sequence[Passage], trust_of: TrustOf
) -> Iterator[str]:
    """Name each claim or passage of an event that is trusted more than what it was made from."""
    kind = event.data.node.value
    texts = event.data.texts or ("text",)
    for claim in claims:
        is_read = claim.quote is not None
        fields = texts if is_read else (claim.attribute,)
        subject = kind if is_read else claim.kind.value
        ceiling = max(trust_of(event.source, subject, field).rank for field in fields)
        if claim.trust.rank > ceiling or claim.evidence().trust is not claim.trust:
            yield f"{claim.subject}.{claim.attribute}"
    for passage in passages:
        ceiling = min(trust_of(event.source, kind, name).rank for name in ("text", "subject"))
        is_mail = kind == NodeKind.INTERACTION and event.type.startswith("mail")
        if Trust(passage.trust).rank > (ceiling if is_mail else trust_of(event.source, kind, "text").rank):
            yield passage.id
        if recollected(passage, 1.0).evidence.trust.value != passage.trust:
            yield f"{passage.id} recollected"


@given(EVENTS, declared())
def test_no_claim_edge_reading_or_passage_is_trusted_more_than_its_source(
    event: Event, table: Sources
) -> None:
    claims, passages = deltas_of(event, table.trust_of), passages_of(event, table.trust_of)
    assert list(raised(event, claims, passages, table.trust_of)) == []
    assert all(claim.trust.rank < Trust.USER.rank for claim in claims)


@given(st.lists(EVENTS, min_size=1, max_size=5, unique_by=lambda event: event.type), declared())
def test_folding_events_together_raises_nothing(events: list[Event], table: Sources) -> None:
    told = [
        claim
        for number, event in enumerate(events)
        for claim in deltas_of(event.model_copy(update={"id": f"E-{number}"}), table.trust_of)
    ]
    before = {(one.event, one.subject, one.attribute): one.trust for one in told}
    after = Situation(told[0].account, told, 1, EMPTY_DIGEST)
    shown = [one for key in after.keys for name in after.attributes(key) for one in after.claims(key, name)]
    assert shown
    assert all(one.trust is before[one.event, one.subject, one.attribute] for one in shown)


@pytest.mark.parametrize("trust", [Trust.USER, Trust.SYSTEM_OF_RECORD])
def test_a_planted_rise_is_seen(trust: Trust) -> None:
    event = Story("acme").event("mail.received", NOW, "mail", **dict(RECORDS)["mail.received"])
    table = Sources(sources=(Source(name="mail", title="Mail", rank=0, trust=Trust.UNTRUSTED),))
    claims, passages = deltas_of(event, table.trust_of), passages_of(event, table.trust_of)
    assert claims
    assert passages
    lifted = [replace(claims[0], trust=trust)]
    assert list(raised(event, lifted, (), table.trust_of)) == [f"{claims[0].subject}.{claims[0].attribute}"]
    risen = [passages[0].model_copy(update={"trust": trust.value})]
    assert list(raised(event, (), risen, table.trust_of)) == [passages[0].id]


def test_a_persons_word_is_the_only_claim_with_the_trust_of_a_person() -> None:
    story = Story("acme").event("contact.updated", NOW, "crm", contact="ed", title="Head of IT")
    word = Story("acme").event(
        "fact.corrected", NOW, "user", account="acme", subject="Contact/ed", attribute="title", value="Head of IT"
    )  # fmt: skip
    found = folded(story, word)
    node = found.nodes(NodeKind.CONTACT)[0]
    trusts = {claim.source: claim.trust for claim in found.claims(node, "title")}
    assert trusts == {"crm": Trust.UNTRUSTED, "user": Trust.USER}
