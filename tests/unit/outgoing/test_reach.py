"""Who may be written to, and when: the shipped policy over what is known of the recipient, once it is approved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agents.guardrail import Asked, History, collect
from state.governance.judge import compile_policy
from state.governance.policy import Layer
from state.governance.verdict import Allow, Approver, NotBefore, Verdict
from tests.build import PROFILE, Story, instant
from tests.unit.guardrail_rows import (
    RAJ_MAIL,
    Turn,
    blocking,
    both,
    found,
    mailed,
    mailing,
    saying,
    story,
    suggested,
    told,
)
from tests.unit.playbook.desk import looked_at
from tests.unit.policy_table import SHIPPED

JUDGE = compile_policy(SHIPPED)
PARIS, NEW_YORK, TOKYO, LONDON = "Europe/Paris", "America/New_York", "Asia/Tokyo", "Europe/London"


def at(when: str, zone: str = NEW_YORK, where: Callable[[Story], Story] | None = None) -> Turn:
    """Let it be another time (UTC), and the contact live in a zone."""

    def turned(asked: Asked) -> Asked:
        tale = told().contact("raj-patel", "2026-02-03", zone=zone)
        tale.now = instant(when)
        tale = where(tale) if where else tale
        return replace(asked, about=looked_at(tale.view(), tale.around(), PROFILE, "prep"))

    return turned


def to(*addresses: str) -> Turn:
    return lambda asked: replace(asked, effect=replace(asked.effect, recipients=addresses))


def contact(**said: object) -> Turn:
    return story(lambda tale: tale.contact("raj-patel", "2026-02-03", **said))


def back(tale: Story) -> Story:
    return tale.consent("raj-patel", "2026-02-10").consent("raj-patel", "2026-03-01", "opted_in")


def fire(severity: int, count: int = 1) -> Turn:
    def burning(tale: Story) -> Story:
        for number in range(count):
            tale = tale.opened_ticket(f"T-{number}", "2026-03-08", severity)
        return tale

    return story(burning)


def out(fire_: Turn) -> Turn:
    return both(fire_, suggested(arguments={"purpose": "service"}))


CHURNED = story(lambda tale: tale.tell("account.churned", "2026-01-31", "crm", account="acme"))
OPT_OUT = story(lambda tale: tale.consent("raj-patel", "2026-03-01"))
BOUNCED = story(lambda tale: tale.bounce(RAJ_MAIL, "2026-03-03"))
OTHERS = {"ana@acme.example": [mailing().since_short + timedelta(days=1)]}

PASSING: list[tuple[str, Turn]] = [
    ("a quiet customer at 08:00", both()),
    ("at noon", at("2026-03-10T16:00")),
    ("a minute before 19:00", at("2026-03-10T22:59")),
    ("08:00 after the change of clocks", at("2026-03-09T12:00")),
    ("18:30 in Paris", at("2026-03-10T17:30", PARIS)),
    ("08:00 in Paris", at("2026-03-10T07:00", PARIS)),
    ("08:00 in Paris after its change of clocks", at("2026-03-31T06:00", PARIS)),
    ("09:00 in Tokyo", at("2026-03-10T00:00", TOKYO)),
    ("Good Friday in New York", at("2026-04-03T16:00")),
    ("the last mail 40 days ago", mailed(40)),
    ("the last mail 4 days ago", mailed(4)),
    ("two mails this fortnight", mailed(4, 9)),
    ("three mails, one of them older", mailed(4, 9, 15)),
    ("the first mail", mailed()),
    ("a colleague was written to", lambda asked: replace(asked, history=History(mails=OTHERS))),
    ("opted in again", story(back)),
    ("a block that has ended", blocking("acme.example", instant("2026-03-01"))),
    ("a block on another company", blocking("rival.example")),
    ("a block on a name that only ends alike", blocking("me.example")),
    ("one serious ticket", fire(2)),
    ("many mild tickets", fire(4, 5)),
    ("a service mail in a fire", out(fire(1))),
    ("a service mail to who has left us", out(CHURNED)),
    ("another address bounced", story(lambda tale: tale.bounce("old@acme.example", "2026-03-03"))),
    ("an address in capitals", to("Raj@Acme.Example")),
    ("one of us", to("dana@fieldstone.example")),
]
FAILING: list[tuple[str, str, Turn]] = [
    ("recipient-opted-out", "opted out", OPT_OUT),
    (
        "recipient-opted-out",
        "opted out, for service",
        both(OPT_OUT, suggested(arguments={"purpose": "service"})),
    ),
    ("recipient-opted-out", "one of two", both(OPT_OUT, to(RAJ_MAIL, "dana@fieldstone.example"))),
    ("recipient-opted-out", "opted out, in capitals", both(OPT_OUT, to("RAJ@ACME.EXAMPLE"))),
    ("recipient-undeliverable", "bounced", BOUNCED),
    ("recipient-unverified", "nobody we know", to("eve@evil.example")),
    ("recipient-unverified", "a form's address", contact(verified=False)),
    ("recipient-unverified", "a copy to a stranger", to(RAJ_MAIL, "eve@evil.example")),
    ("recipient-unverified", "a domain below ours", to("dana@x.fieldstone.example")),
    ("recipient-blocked", "on the block list", blocking("acme.example")),
    ("recipient-blocked", "below a blocked domain", blocking("example")),
    ("recipient-blocked", "on the last day of a block", blocking("acme.example", instant("2026-03-10"))),
    ("mail-cap-3bd", "a mail yesterday", mailed(1)),
    ("mail-cap-3bd", "a mail just now", mailed(0)),
    ("mail-cap-3bd", "a mail at the border", mailed(3)),
    ("mail-cap-14d", "three this fortnight", mailed(4, 8, 12)),
    ("mail-cap-14d", "the third at the border", mailed(4, 8, 14)),
    ("mail-cap-14d", "four", mailed(4, 6, 8, 12)),
    ("churned-account", "churned", CHURNED),
    ("account-on-fire", "a ticket of severity 1", fire(1)),
    ("account-on-fire", "two of severity 2", fire(2, 2)),
    ("unfilled-placeholder", "a slot", saying("Hello {{name}}")),
    ("price-not-backed", "a price of its own", found("price_not_listed")),
    ("blocked-by-check", "a number without ground", found("number_without_evidence", is_blocking=True)),
    ("quiet-hours", "07:59", at("2026-03-10T11:59")),
    ("quiet-hours", "19:00", at("2026-03-10T23:00")),
    ("quiet-hours", "19:30 in Paris", at("2026-03-10T18:30", PARIS)),
    ("quiet-hours", "07:59 in Paris after its change of clocks", at("2026-03-31T05:59", PARIS)),
    ("quiet-hours", "Saturday", at("2026-03-14T16:00")),
    ("quiet-hours", "Good Friday in London", at("2026-04-03T12:00", LONDON)),
    ("quiet-hours", "21:00 in Tokyo", at("2026-03-10T12:00", TOKYO)),
]
IDS = [f"{rule}: {name}" for rule, name, _ in FAILING]


def judged(turn: Turn, layers: tuple[Layer, ...] | None = None) -> Verdict:
    judge = JUDGE if layers is None else compile_policy(layers)
    return judge(collect(turn(mailing()))).after_approval((Approver.OWNER,))


def without(rule: str) -> tuple[Layer, ...]:
    base, *others = SHIPPED
    return (base.model_copy(update={"rules": tuple(one for one in base.rules if one.id != rule)}), *others)


def test_there_are_enough_of_both() -> None:
    assert min(len(PASSING), len(FAILING)) >= 20


@pytest.mark.parametrize(("name", "turn"), PASSING, ids=[name for name, _ in PASSING])
def test_an_approved_mail_goes(name: str, turn: Turn) -> None:
    assert isinstance(judged(turn), Allow), name


@pytest.mark.parametrize(("rule", "name", "turn"), FAILING, ids=IDS)
def test_an_approved_mail_is_stopped_or_held_by_its_rule(rule: str, name: str, turn: Turn) -> None:
    verdict = judged(turn)
    assert (verdict.rule, isinstance(verdict, Allow)) == (rule, False), name


@pytest.mark.parametrize(("rule", "name", "turn"), FAILING, ids=IDS)
def test_without_its_rule_it_would_go(rule: str, name: str, turn: Turn) -> None:
    assert judged(turn, without(rule)).rule != rule, name


@pytest.mark.parametrize(
    ("now", "zone", "opens"),
    [
        ("2026-03-09T18:30", PARIS, "2026-03-10T07:00"),
        ("2026-03-28T12:00", PARIS, "2026-03-30T06:00"),
        ("2026-03-07T00:30", NEW_YORK, "2026-03-09T12:00"),
        ("2026-04-02T18:30", LONDON, "2026-04-07T07:00"),
    ],
    ids=["Paris overnight", "Paris over its change of clocks", "New York over its", "London over Easter"],
)
def test_a_held_mail_waits_for_the_recipients_own_morning(now: str, zone: str, opens: str) -> None:
    verdict = judged(at(now, zone))
    assert isinstance(verdict, NotBefore)
    assert verdict.at == instant(opens)


def test_an_approval_of_somebody_else_does_not_lift_the_owners() -> None:
    verdict = JUDGE(collect(mailing())).after_approval((Approver.ADMIN,))
    assert verdict.kind == "require_approval"
