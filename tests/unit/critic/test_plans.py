"""Freshness, contradiction and the brief: what a plan rests on, and what its statements may claim."""

from datetime import timedelta

import pytest

from agents.critic import VALIDATORS, criticize, mended
from state.decision.proposal import ActionType
from state.ids import NodeKey
from state.ports.deciding import Deliberating, Draft
from state.ports.planned import Planned
from tests.build import Story, source
from tests.unit.brief.pages import compose
from tests.unit.critic.plans import company, planned, proposal, rules, said, seen
from tests.unit.playbook.desk import SEEDS, decide, fieldstone, proposals, written


def with_source(name: str, hours: float) -> Deliberating:
    story = company()
    sources = {**story.around().sources, name: source(name, hours_old=hours)}
    return seen(story.beside(sources=sources))


def stale(about: Deliberating, action_type: ActionType = "send_email", field: str = "ends_on") -> list[str]:
    one = proposal(action_type, about.view.subscriptions[0].cite(field))
    return [rule for rule in rules(criticize(planned(one), about).findings) if "stale" in rule]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(24, []), (25, ["soft_stale"]), (168, ["soft_stale"]), (169, ["hard_stale!"])],
)
def test_a_source_warns_past_its_soft_limit_and_blocks_past_its_hard_one(
    hours: int, expected: list[str]
) -> None:
    assert stale(with_source("crm", hours)) == expected


def test_only_what_a_proposal_rests_on_must_be_fresh() -> None:
    assert stale(with_source("usage", 900)) == []


def test_what_stays_inside_and_changes_nothing_is_not_held_back() -> None:
    assert stale(with_source("crm", 900), "create_task") == []
    assert stale(with_source("crm", 900), "update_crm") == ["hard_stale!"]


@pytest.mark.parametrize(("days", "expected"), [(89, []), (91, ["soft_stale"]), (181, ["hard_stale"])])
def test_a_role_ages_by_its_own_confirmation_and_asks_for_a_person(days: int, expected: list[str]) -> None:
    story = (
        Story()
        .customer(name="Acme")
        .person("Raj Patel", Story().now - timedelta(days=days), roles=["champion"])
    )
    about = seen(story)
    one = proposal("send_email", about.view.contacts[0].cite("roles"))
    assert [rule for rule in rules(criticize(planned(one), about).findings) if "stale" in rule] == expected


def disputed() -> Story:
    return (
        Story().account(name="Acme").person("Raj Patel", "2026-02-02")
        .deal(name="Acme Dispatch", stage="Proposal", close_on="2026-03-31", amount="120000", currency="USD")
        .mail_in("raj@acme.example", "2026-03-05", "The budget moved to Q3, not before July.")
    )  # fmt: skip


DEAL = NodeKey("Opportunity/D-1")


def contradicted(*subjects: NodeKey | None) -> list[tuple[str, str]]:
    plan = planned(
        *(
            proposal("close_out", subject=one, recipient=None, name=f"p{place}")
            for place, one in enumerate(subjects)
        )
    )
    findings = criticize(plan, seen(disputed())).findings
    return [(one.subject, one.rule) for one in findings if one.validator == "contradiction"]


def test_a_top_proposal_on_a_disputed_attribute_is_marked_and_not_blocked() -> None:
    about = seen(disputed())
    assert [one.is_critical_attribute for one in about.judgement.contradictions] == [True]
    assert contradicted(DEAL) == [("p0", "critical_contradiction")]
    found = criticize(planned(proposal("close_out", subject=DEAL, recipient=None)), about)
    assert not found.is_blocked("p1")


def test_below_the_top_proposals_it_is_only_noted() -> None:
    assert contradicted(None, None, DEAL) == [("p2", "critical_contradiction")]
    assert contradicted(None, None, None, DEAL) == [("p3", "noted_contradiction")]


def test_a_proposal_that_cites_one_side_rests_on_it_too() -> None:
    about = seen(disputed())
    cites = proposal("create_task", about.view.deals[0].cite("close_on"), recipient=None)
    assert "critical_contradiction" in rules(criticize(planned(cites), about).findings)
    other = proposal("create_task", about.view.deals[0].cite("stage"), recipient=None)
    assert rules(criticize(planned(other), about).findings) == []


def test_an_ungrounded_fact_of_a_brief_becomes_inferred_and_a_grounded_one_stays() -> None:
    about = seen(company())
    cited = about.view.subscriptions[0].cite("seats")
    right, wrong = said("They have 230 seats.", *cited), said("They have 320 seats.", *cited)
    bare = said("They are glad.", name="bare").model_copy(update={"kind": "fact"})
    guess = said("They may want 999 seats.")
    plan = planned(brief=[right, wrong, bare, guess])
    found = criticize(plan, about)
    assert rules(found.findings) == ["number_without_evidence", "fact_without_evidence"]
    brief = mended(plan, found).deliberated.brief
    assert brief is not None
    assert [one.kind for one in brief.statements()] == ["fact", "inferred", "inferred", "inferred"]
    assert [one.text for one in brief.statements()] == [one.text for one in (right, wrong, bare, guess)]


def test_nothing_to_mend_gives_back_the_same_plan() -> None:
    about = seen(company())
    plan = planned(brief=[said("They have 230 seats.", *about.view.subscriptions[0].cite("seats"))])
    assert mended(plan, criticize(plan, about)) is plan
    empty = planned(proposal())
    assert mended(empty, criticize(empty, about)) is empty


def test_mending_twice_is_mending_once() -> None:
    about = seen(company())
    plan = planned(brief=[said("They have 320 seats.", *about.view.subscriptions[0].cite("seats"))])
    once = mended(plan, criticize(plan, about))
    assert mended(once, criticize(once, about)) == once
    assert criticize(once, about).findings == ()


def test_a_name_without_evidence_unmakes_a_fact() -> None:
    about = seen(company())
    plan = planned(brief=[said("Raj Patel has 230 seats.", *about.view.subscriptions[0].cite("seats"))])
    assert rules(criticize(plan, about).findings) == ["name_without_evidence"]


def test_the_five_validators_all_run() -> None:
    assert list(VALIDATORS) == ["freshness", "grounding", "contradiction", "compliance", "business_rule"]


def whole(about: Deliberating) -> Planned:
    decided = decide(about)
    found = proposals(decided)
    worded = ("draft_email", "send_email", "draft_quote")
    drafts: dict[str, Draft] = {one.id: written(one, about) for one in found if one.action_type in worded}
    deliberated = decided.model_copy(update={"brief": compose(about)})
    return Planned(iteration=0, deliberated=deliberated, drafts=drafts)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_the_playbook_writes_for_the_sample_company_is_blocked(seed: int) -> None:
    sample = fieldstone(seed)
    for story, accounts in sample.sample.accounts.items():
        about = sample.about(accounts[0], intent="prep")
        blocked = [one for one in criticize(whole(about), about).findings if one.is_blocking]
        assert [(story, one.rule, one.text) for one in blocked] == []


@pytest.mark.parametrize(
    ("changes", "days", "expected"),
    [
        ({"source": "profile", "record": "prices", "field": "dispatch"}, 64, []),
        ({"source": "profile", "record": "prices", "field": "dispatch"}, 91, ["soft_stale"]),
        ({"source": "profile", "record": "prices", "field": "dispatch"}, 181, ["hard_stale"]),
        ({"field": "identified_pain"}, 46, ["soft_stale"]),
        ({"field": "identified_pain"}, 91, ["hard_stale"]),
        ({"source": "news", "field": "headline"}, 6, []),
        ({"source": "news", "field": "headline"}, 8, ["soft_stale"]),
        ({"source": "news", "field": "headline"}, 31, ["hard_stale"]),
        ({"field": "stage"}, 900, []),
    ],
)
def test_what_ages_by_itself_is_judged_by_its_own_day(
    changes: dict[str, str], days: int, expected: list[str]
) -> None:
    about = seen(company())
    old = {**changes, "observed_at": about.now - timedelta(days=days, hours=1)}
    cited = about.view.subscriptions[0].cite("seats")[0].model_copy(update=old)
    findings = criticize(planned(proposal(evidence=[cited])), about).findings
    assert [rule for rule in rules(findings) if "stale" in rule] == expected
