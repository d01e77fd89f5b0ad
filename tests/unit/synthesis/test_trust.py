"""No path raises trust: whatever is derived carries the least trust of what its producer was shown."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from graphs.perceiving.world import passages_of
from state.evidence import Evidence, Trust, least_trust
from state.world import delta as deltas
from state.world.beliefs import beliefs_of
from state.world.delta import Delta, TrustOf, deltas_of
from state.world.situation import EMPTY_DIGEST, Situation
from state.world.view import AccountView
from tests.build import PROFILE, Story
from tests.unit.playbook.desk import decide, looked_at, proposals
from tests.unit.synthesis.hand import qualified
from tests.unit.synthesis.stories import acme, granite, harbor

STORIES: tuple[Callable[[], Story], ...] = (acme, granite, harbor, lambda: qualified("2026-02-20"))


def declared(seed: int) -> TrustOf:
    """Declare some trust for every source, object and field."""

    def trust_of(source: str, kind: str, field: str) -> Trust:
        drawn = hashlib.sha256(f"{seed} {source} {kind} {field}".encode()).digest()[0]
        return tuple(Trust)[drawn % len(Trust)]

    return trust_of


def folded(story: Story, trust_of: TrustOf) -> Situation:
    batches = [deltas_of(event, trust_of) for event in story.events]
    found = [delta for batch in batches for delta in batch]
    return Situation(found[0].account, found, len(batches), EMPTY_DIGEST)


def cited(value: object) -> Iterator[Evidence]:
    """Find every citation in what was said, however deep."""
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from cited(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from cited(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from cited(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type | AccountView):
        yield from cited([getattr(value, part.name) for part in dataclasses.fields(value)])


def raised(found: Situation, trust_of: TrustOf, said: object) -> list[str]:
    """List the citations of the account's own records that claim more trust than was declared."""
    claims = {one.evidence().id: one for one in found.deltas}
    events = {one.event for one in found.deltas}
    out = []
    for item in cited(said):
        claim = claims.get(item.id)
        allowed = least_trust([]) if claim is None else claim.trust
        if item.event in events and item.trust.rank > allowed.rank:
            out.append(f"{item.source}.{item.field}")
    return out


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(STORIES), st.integers(0, 10_000))
def test_nothing_said_of_an_account_claims_more_trust_than_its_record(
    story: Callable[[], Story], seed: int
) -> None:
    told, trust_of = story(), declared(seed)
    found = folded(told, trust_of)
    about = looked_at(AccountView.of(found, PROFILE.company.verified_domains), told.around(), PROFILE)
    said = decide(about)
    assert raised(found, trust_of, [about.judgement, about.changes, said, beliefs_of(found)]) == []
    derived = [(one.trust, one.evidence) for one in about.judgement.signals]
    derived += [(one.trust, one.evidence) for one in proposals(said)]
    assert all(trust == least_trust(item.trust for item in evidence) for trust, evidence in derived)


def test_a_citation_that_claims_more_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a claim that cites itself as a system of record."""
    trust_of = declared(3)
    found = folded(acme(), trust_of)
    honest = Delta.evidence

    def flattered(claim: Delta) -> Evidence:
        return honest(claim).model_copy(update={"trust": Trust.ADMIN})

    monkeypatch.setattr(deltas.Delta, "evidence", flattered)
    assert raised(found, trust_of, beliefs_of(found))


@given(st.integers(0, 10_000))
def test_a_passage_has_no_more_trust_than_is_declared_for_its_text(seed: int) -> None:
    trust_of = declared(seed)
    for event in acme().events:
        for passage in passages_of(event, trust_of):
            declared_for = trust_of(event.source, event.data.node.value, passage.field)
            assert Trust(passage.trust).rank <= declared_for.rank


def test_what_a_text_is_read_to_say_has_the_trust_of_the_text() -> None:
    trust_of = declared(11)
    for event in (*acme().events, *granite().events):
        for one in deltas_of(event, trust_of):
            if one.quote is not None:
                assert one.trust == trust_of(event.source, event.data.node.value, "text")
