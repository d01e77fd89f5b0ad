"""The shipped profile says what an admin would read in it, and its laws hold at their borders."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from state.evidence import Trust
from state.money import Money
from state.principal import Role
from state.world.profile import OPTIONAL_PARTS, REQUIRED_PARTS, Profile
from state.world.profile.fit import fit
from state.world.profile.part import CountByTier
from tools.files import load_profile

SHIPPED = Path(__file__).parents[2] / "profile"
PROFILE = load_profile([SHIPPED])


def money(amount: int | str) -> Money:
    return Money.of(amount, "USD")


def test_every_part_is_shipped() -> None:
    assert PROFILE.not_configured() == ()
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == {*REQUIRED_PARTS, *OPTIONAL_PARTS}


def test_the_people_their_roles_and_absences_are_known() -> None:
    tom = PROFILE.company.user("tom")
    assert tom is not None
    assert tom.manager == "dana"
    assert [tom.is_away(date(2026, 3, day)) for day in (8, 9, 20, 21)] == [False, True, True, False]
    assert [user.id for user in PROFILE.company.in_role(Role.ADMIN)] == ["lee"]
    assert PROFILE.company.user("nobody") is None


def test_quotas_minutes_and_addresses() -> None:
    company = PROFILE.company
    assert [company.quota(who, "2026-Q1") for who in ("maya", "tom", "priya", "dana")] == [
        money(600_000),
        money(550_000),
        money(500_000),
        None,
    ]
    assert company.minutes_cost(8) == money(10)
    assert company.is_inside("Maya@FIELDSTONE.example")
    assert not company.is_inside("maya@fieldstone.example.evil.example")
    assert not company.is_inside("maya@notfieldstone.example")


def test_prices_follow_the_list_and_the_term() -> None:
    prices = PROFILE.prices
    assert prices is not None
    assert prices.quote("dispatch", 40) == money(32_000)
    assert prices.quote("Dispatch", 60) == money(48_000)
    assert prices.quote("dispatch", 230) == money(184_000)
    assert prices.quote("insights", 10, years=2) == money(2_850)
    assert prices.quote("insights", 10, years=3) == money(3_000)
    assert prices.quote("jetpack", 1) is None


@pytest.mark.parametrize(
    ("percent", "approver", "four_eyes"),
    [
        ("0", "seller", False),
        ("9.9", "seller", False),
        ("10", "seller", False),
        ("10.1", "manager", True),
        ("18", "manager", True),
        ("20", "manager", True),
        ("20.1", "deal_desk", True),
    ],
)
def test_who_decides_a_discount(percent: str, approver: str, four_eyes: bool) -> None:
    assert PROFILE.prices is not None
    assert PROFILE.prices.approver(Decimal(percent)) == approver
    assert PROFILE.prices.needs_four_eyes(Decimal(percent)) is four_eyes


def test_the_ticket_plan_follow_up_is_worth_its_arithmetic() -> None:
    assert PROFILE.effects is not None
    row = PROFILE.effects.row("send_email", "renewal", "ticket_plan")
    assert row is not None
    worth = money(184_000).times(row.delta_p) - PROFILE.company.minutes_cost(row.minutes)
    assert worth == money(16_550)
    assert row.basis.startswith("a prior, no case yet: ")
    assert row.model_copy(update={"n": 40}).basis.startswith("40 cases: ")


def test_an_effect_falls_back_to_its_action_type_and_then_to_nothing() -> None:
    assert PROFILE.effects is not None
    plain = PROFILE.effects.row("send_email", "renewal")
    assert plain is not None
    assert PROFILE.effects.row("send_email", "renewal", "no_such_play") == plain
    assert PROFILE.effects.row("dance", "renewal") is None


@pytest.mark.parametrize(("score", "tier"), [(75, "A"), (74, "B"), (50, "B"), (49, "C")])
def test_fit_tiers_have_their_borders(score: int, tier: str) -> None:
    assert PROFILE.icp is not None
    assert PROFILE.icp.tier(score) == tier


def test_fit_is_the_sum_of_the_first_bands_and_names_what_is_missing() -> None:
    assert PROFILE.icp is not None
    known: dict[str, str | int] = {"industry": "Logistics", "employees": 200, "country": "US"}
    assert fit(PROFILE.icp.criteria, known).score == 78
    assert fit(PROFILE.icp.criteria, {**known, "employees": 199}).score == 66
    assert fit(PROFILE.icp.criteria, {"industry": "Logistics"}).missing == ("employees", "country")


def test_a_title_gives_department_and_level_and_they_give_the_persona_score() -> None:
    personas = PROFILE.personas
    assert personas is not None
    title = "VP IT"
    assert (personas.department_of(title), personas.seniority_of(title)) == ("it", "vp")
    assert personas.department_of("Digital Storyteller") is None
    scored = fit(personas.criteria, {"department": "it", "seniority": "vp", "account_tier": "A"})
    assert scored.score == 84
    assert personas.persona("champion") is not None


def test_stages_are_ordered_within_their_pipeline() -> None:
    line = PROFILE.pipeline.pipeline("new business")
    assert line.final_two == ("Proposal", "Negotiation")
    assert (line.index_of("proposal"), line.index_of("Quote"), line.index_of("Nowhere")) == (3, 3, None)
    assert [line.kind_of(name) for name in ("Discovery", "closed won", "Closed Lost", "?")] == [
        "open",
        "won",
        "lost",
        "unknown",
    ]
    assert line.is_from("Negotiation", line.proposal_from)
    assert not line.is_from("Evaluation", line.proposal_from)
    assert not line.is_from("Negotiation", None)
    assert [line.is_qualified(name) for name in ("Prospecting", "Discovery")] == [False, True]
    assert [line.is_final_two(name) for name in ("Evaluation", "Proposal", "Closed Won")] == [
        False,
        True,
        False,
    ]


def test_an_unknown_pipeline_is_the_default_one() -> None:
    assert PROFILE.pipeline.pipeline(None).name == PROFILE.pipeline.default
    assert PROFILE.pipeline.pipeline("Partners").name == PROFILE.pipeline.default


def test_legal_takes_24_days_by_nine_deals() -> None:
    step = PROFILE.pipeline.paper_step("Legal review")
    assert step is not None
    assert (step.median_days, step.n) == (24, 9)


@pytest.mark.parametrize(
    ("amount", "tier"), [("100000", "A"), ("99999.99", "B"), ("25000", "B"), ("24999", "C")]
)
def test_segment_tiers_have_their_borders(amount: str, tier: str) -> None:
    assert PROFILE.judgement.segment_tiers.of(Decimal(amount)) == tier


def test_counts_by_tier_are_read_by_letter() -> None:
    counts = PROFILE.signals.renewal_window_entered.window_days
    assert [counts.of(tier) for tier in ("A", "B", "C")] == [180, 120, 90]
    assert CountByTier(a=1, b=2, c=3).of("B") == 2


def test_trust_is_read_from_the_field_then_the_source_and_is_nothing_for_strangers() -> None:
    sources = PROFILE.sources
    assert sources.trust_of("crm", "Opportunity", "amount") is Trust.SYSTEM_OF_RECORD
    assert sources.trust_of("crm", "Opportunity", "name") is Trust.UNTRUSTED
    assert sources.trust_of("support", "Ticket", "subject") is Trust.UNTRUSTED
    assert sources.trust_of("mail", "Interaction", "text") is Trust.UNTRUSTED
    assert sources.trust_of("fax", "Account", "name") is Trust.UNTRUSTED


def test_sources_have_the_freshness_of_the_domain_and_a_place_in_the_fold() -> None:
    hours = {source.name: (source.soft_hours, source.hard_hours) for source in PROFILE.sources.sources}
    assert hours["calendar"] == hours["mail"] == (1, 24)
    assert hours["support"] == (4, 24)
    assert hours["crm"] == (24, 7 * 24)
    assert hours["usage"] == (48, 7 * 24)
    assert hours["news"] == (7 * 24, 30 * 24)
    assert hours["notes"] == (None, None)
    assert PROFILE.sources.rank_of("fax") > max(source.rank for source in PROFILE.sources.sources)
    assert [one.name for one in PROFILE.sources.of_trend("USAGE_DROP_PERCENT")] == ["usage"]
    assert [one.name for one in PROFILE.sources.of_absence("NO_MEETING_IN_21_DAYS")] == ["calendar"]


def test_the_brief_cuts_three_sections_and_never_the_four_that_matter() -> None:
    brief = PROFILE.brief
    assert brief.word_limit == 500
    assert brief.cut_order == ("usage", "history", "news")
    assert set(brief.never_cut) == {"open_promises", "contradictions", "unknowns", "people"}
    assert brief.section("people") is not None


def test_every_signal_and_proof_named_in_another_file_exists() -> None:
    signals = {field.alias for field in type(PROFILE.signals).model_fields.values() if field.alias}
    named = {
        *PROFILE.judgement.posture.risk_signals,
        *(name for source in PROFILE.sources.sources for name in source.trend_signals),
        *(name for source in PROFILE.sources.sources for name in source.absence_signals),
    }
    assert named <= signals


def test_the_profile_survives_json() -> None:
    again = Profile.model_validate(PROFILE.model_dump(by_alias=True))
    assert again == PROFILE
