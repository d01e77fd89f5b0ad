"""Budgets as arithmetic: the least limit counts, shares are of the whole, and one more layer only narrows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.canonical import Json
from state.governance.bounds import joined
from state.governance.budget import (
    SHIPPED,
    Budget,
    BudgetSet,
    Call,
    DayLimit,
    Draw,
    Line,
    Starter,
    draws_of,
    grown,
    joined_budget,
    loop_draws,
    refused_by,
    started_by,
)
from state.governance.effect import Effect
from state.governance.policy import Layer
from state.governance.totals import Share, discount_of, discount_total, mails_total
from state.money import Money
from tools.policies import load_layers, policy_files

DAY = date(2031, 5, 6)
SHIPPED_FILES = load_layers(policy_files(Path(__file__).parents[2] / "policies"))


def call(starter: Starter = Starter.PERSON, tool: str = "crm.find", account: str | None = "acme") -> Call:
    return Call("maya", tool, account, "CHEAP", starter)


def caps(budget: Budget, one: Call) -> Mapping[str, int | None]:
    return {draw.line.subject: draw.cap for draw in draws_of(budget, one, DAY)}


def budget(*limits: tuple[str, str, int], **more: Json) -> Budget:
    said = [{"per": per, "name": name, "cost": "CHEAP", "calls": calls} for per, name, calls in limits]
    return joined_budget([BudgetSet.model_validate({"calls_per_day": said, **more})])


def test_the_shipped_file_says_what_holds_without_it() -> None:
    assert joined(SHIPPED_FILES).budget == SHIPPED == joined_budget([BudgetSet()])


def test_of_several_limits_that_fit_the_least_counts() -> None:
    some = budget(("tenant", "*", 100), ("user", "*", 20), ("user", "maya", 5), ("tool", "email.send", 3))
    assert caps(some, call()) == {"tenant": 100, "user:maya": 5}
    assert caps(some, Call("tom", "email.send", None, "CHEAP", Starter.PERSON)) == {
        "tenant": 100, "user:tom": 20, "tool:email.send": 3,
    }  # fmt: skip


def test_people_have_a_reserve_and_unverified_events_a_share() -> None:
    some = budget(("tenant", "*", 100), human_reserve_percent=30, untrusted_percent=10)
    assert caps(some, call()) == {"tenant": 100}
    assert caps(some, call(Starter.SCHEDULE)) == {"tenant": 70}
    assert caps(some, call(Starter.UNTRUSTED)) == {"tenant": 70, "started by:untrusted": 10}


def test_a_person_still_calls_when_everything_else_is_spent() -> None:
    some = budget(("tenant", "*", 100), human_reserve_percent=30)
    used = {Line("calls.CHEAP", "tenant"): 70}
    refused = refused_by(draws_of(some, call(Starter.SCHEDULE), DAY), used)
    assert refused == Draw(Line("calls.CHEAP", "tenant"), DAY, 1, 70)
    assert refused_by(draws_of(some, call(), DAY), used) is None


def test_only_loops_nobody_asked_for_draw_on_the_loops_of_a_day() -> None:
    assert loop_draws(SHIPPED, Starter.PERSON, DAY) == ()
    assert [draw.cap for draw in loop_draws(SHIPPED, Starter.SCHEDULE, DAY)] == [20_000]
    assert [draw.cap for draw in loop_draws(SHIPPED, Starter.UNTRUSTED, DAY)] == [20_000, 4_000]


@pytest.mark.parametrize(
    ("channel", "is_human", "starter"),
    [("cli", True, Starter.PERSON), ("scan", False, Starter.SCHEDULE), ("event", False, Starter.UNTRUSTED),
     ("event", True, Starter.UNTRUSTED)],
)  # fmt: skip
def test_who_started_a_loop_follows_from_its_channel_and_role(
    channel: str, starter: Starter, *, is_human: bool
) -> None:
    assert started_by(channel, is_human=is_human) is starter


def test_a_deep_read_needs_a_reason_whatever_a_file_says() -> None:
    lax = joined_budget([BudgetSet(justify=(), justification_letters=1)])
    assert lax.justify == {"EXP"}
    assert [lax.is_justified("EXP", said) for said in ("", "  12!", "Renewal is due")] == [False, False, True]
    assert SHIPPED.is_justified("CHEAP", "")
    assert not SHIPPED.is_justified("MED", "why not")
    assert SHIPPED.is_justified("MED", "Read the last mails")


LIMITS = st.builds(
    DayLimit,
    per=st.sampled_from(["tenant", "user", "tool", "account"]),
    name=st.sampled_from(["*", "maya", "crm.find", "acme"]),
    cost=st.sampled_from(["CHEAP", "MED"]),
    calls=st.integers(0, 50),
)
SETS = st.builds(
    BudgetSet,
    calls_per_day=st.lists(LIMITS, max_size=4).map(tuple),
    self_started_loops_per_day=st.none() | st.integers(0, 50),
    untrusted_percent=st.none() | st.integers(0, 100),
    human_reserve_percent=st.none() | st.integers(0, 100),
    justify=st.none() | st.lists(st.sampled_from(["CHEAP", "MED"]), max_size=2).map(tuple),
    justification_letters=st.none() | st.integers(1, 40),
)


@given(sets=st.lists(SETS, min_size=1, max_size=3), layer=SETS, starter=st.sampled_from(Starter))
def test_one_more_layer_never_raises_a_cap(sets: list[BudgetSet], layer: BudgetSet, starter: Starter) -> None:
    before, after = joined_budget(sets), joined_budget([*sets, layer])
    assert not list(grown(before, after))
    was, now = caps(before, call(starter)), caps(after, call(starter))
    assert all(
        cap is None or (now[line] is not None and int(str(now[line])) <= cap) for line, cap in was.items()
    )


def test_what_became_larger_is_told_in_words() -> None:
    new = budget(("tenant", "*", 200), ("user", "*", 9), untrusted_percent=30, human_reserve_percent=5,
                 self_started_loops_per_day=9, justify=[], justification_letters=2)  # fmt: skip
    old = budget(("tenant", "*", 100), ("user", "*", 9), ("tool", "email.send", 4), self_started_loops_per_day=8,
                 justify=["MED"])  # fmt: skip
    assert list(grown(old, new)) == [
        "In one day the tenant may see 200 CHEAP calls instead of 100.",
        "In one day the tool email.send may see any number of CHEAP calls instead of 4.",
        "9 loops a day may start by themselves instead of 8.",
        "What unverified events start may use 30 % of a day's calls instead of 20 %.",
        "5 % of a day's calls are kept for people instead of 20 %.",
        "A MED read needs no reason any more.",
        "A reason may have 2 letters instead of 8.",
    ]
    assert not list(grown(old, old))


@pytest.mark.parametrize(
    "broken",
    [{"calls_per_week": []}, {"untrusted_percent": 101}, {"human_reserve_percent": -1}, {"justify": ["DEAR"]},
     {"calls_per_day": [{"per": "team", "cost": "CHEAP", "calls": 1}]},
     {"calls_per_day": [{"per": "user", "cost": "CHEAP", "calls": -1}]}],
)  # fmt: skip
def test_the_schema_of_budgets_is_closed(broken: Json) -> None:
    with pytest.raises(ValueError, match=r"bounds\.budgets"):
        Layer.model_validate({"layer": "tenant", "bounds": {"budgets": broken}})


DEAL = Money(amount=Decimal(64_000), currency="USD")


@pytest.mark.parametrize(
    ("arguments", "deal", "lost"),
    [
        ({}, DEAL, Decimal(0)),
        ({"discount_percent": "0"}, None, Decimal(0)),
        ({"discount_percent": "20", "amount": "80", "currency": "USD"}, None, Decimal(20)),
        ({"discount_percent": "20", "amount": "80", "currency": "EUR"}, DEAL, None),
        ({"discount_percent": "100", "amount": "0", "currency": "USD"}, DEAL, None),
        ({"discount_percent": "10"}, DEAL, Decimal(6_400)),
        ({"discount_percent": "10"}, Money(amount=Decimal(1), currency="EUR"), None),
        ({"discount_percent": "10"}, None, None),
    ],
)
def test_a_discount_is_money_of_what_it_is_given_on(
    arguments: Mapping[str, Json], deal: Money | None, lost: Decimal | None
) -> None:
    assert discount_of(arguments, deal, "USD") == lost


def test_a_total_holds_this_one_and_those_before() -> None:
    effect = Effect(
        "email.send", "send_email", {"discount_percent": "10"}, ("a@b.example",), external=True, content=""
    )
    share = Share.of("maya", effect, DEAL, "USD")
    used = {
        Line("discount", "owner:maya"): 123_456,
        Line("mails", "owner:maya"): 59,
        Line("mails", "owner:tom"): 9,
    }
    assert (discount_total(share, used), mails_total(share, used)) == (Decimal("7634.56"), 60)
    assert share.draws(DAY, "USD") == (
        Draw(Line("discount", "owner:maya"), DAY, 640_000), Draw(Line("mails", "owner:maya"), DAY, 1),
    )  # fmt: skip
    unknown = Share.of("maya", effect, None, "USD")
    assert (discount_total(unknown, used), [draw.amount for draw in unknown.draws(DAY, "USD")]) == (None, [1])
