"""Put a case's request to the system and collect what came out, the outbox and the CRM rows included."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agents.clarifier.names import Match
from evals.answer import Answer, Card, Effect, Question, SignalSeen
from evals.case import Request
from evals.dataset import filled
from evals.flips import flip_of
from evals.planned import brought_forward, plans_of, started_again
from evals.world import Opened
from graphs.commands import Desk
from graphs.perceiving.intake import move_clock, take_events
from graphs.telling.agenda import agenda
from graphs.telling.assembling import latest_plan
from graphs.telling.naming import named
from graphs.telling.narrowing import Narrowing
from graphs.telling.report import Report
from graphs.telling.retrospect import end_of_day, look_back
from state.canonical import canonical_json
from state.decision.proposal import Proposal
from state.errors import Conflict, Denied
from state.governance.action import OPEN, Action, Status
from state.governance.approval import GrantKind
from state.governance.verdict import RequireApproval
from state.ids import AccountId, ActionId, RunId
from state.ports.judged import Ruled
from state.ports.planned import Planned
from state.ports.unit import Unit
from state.world.event import parse_event
from state.world.timeline import baseline_of, changes

WAYS = {
    "allow": "none",
    "not_before": "none",
    "require_approval": "approve",
    "clarify": "held",
    "deny": "deny",
}
HOLD = 60
"""Seconds that pass between a yes and the release."""


def ask(opened: Opened, request: Request, keys: Sequence[str]) -> Answer:
    """Do what the request says."""
    account = opened.account(request.account or keys[0]) if keys or request.account else AccountId("")
    match request.kind:
        case "look":
            return _looked(opened, request, account)
        case "name":
            return _named(opened, request)
        case "approve":
            several = [opened.account(key) for key in keys] if request.both else [account]
            return _approved(opened, request, several)
        case "next" | "plan":
            return _next(opened, request) if request.kind == "next" else _started(opened, request, account)
        case "changes":
            return _changes(opened, account)
        case "as_of":
            return _as_of(opened, request, account)


def _started(opened: Opened, request: Request, account: AccountId) -> Answer:
    """Start another plan of a type."""
    fate = started_again(opened, request, account)
    return Answer(fate=fate, plans=plans_of(opened, account), events=opened.events())


def _looked(opened: Opened, request: Request, account: AccountId) -> Answer:
    house, who = opened.house, opened.principal(request.user)
    report = house.runner.start(who, account, request.intent)
    if request.answer is not None and report.question is not None:
        house.desk.answer(who, report.question.id, request.answer)
        report = house.runner.report(opened.tenancy, RunId(report.run))
    if request.later is not None:
        to = opened.stage.at(request.later, request.zone).astimezone(UTC)
        move_clock(house.parts, opened.tenancy, who, to)
        report = house.runner.start(who, account, request.intent)
    if not request.plans:
        return collected(opened, account, report)
    brought_forward(opened)
    with house.parts.stores.read(opened.tenancy.id) as unit:
        last = unit.runs.latest(account)
    assert last is not None, "it was looked at just now"
    answer = collected(opened, account, house.runner.report(opened.tenancy, last.id))
    return Answer(**{**vars(answer), "plans": plans_of(opened, account)})


def collected(opened: Opened, account: AccountId, report: Report) -> Answer:
    """Read everything a run left."""
    parts, tenancy = opened.house.parts, opened.tenancy
    with parts.stores.read(tenancy.id) as unit:
        planned, rulings = latest_plan(parts, unit, tenancy, RunId(report.run))
        live = unit.runs.signals_of(RunId(report.run))
        cards = tuple(_cards(unit, planned, rulings.rulings))
        done = tuple(_effects(opened, unit, account))
    types = {str(proposal.id): proposal.action_type for proposal in planned.proposals}
    asked = report.question
    again = report.no_action.look_again_at if report.no_action else None
    return Answer(
        cards=cards,
        question=Question(asked.text, asked.options, tuple(types[one] for one in asked.changes))
        if asked
        else None,
        look_again_on=_day(opened, again),
        reasons=report.no_action.reasons if report.no_action else (),
        posture=report.posture,
        signals=tuple(SignalSeen(one.name, one.severity.value, one.text) for one in live),
        brief=planned.deliberated.brief,
        effects=done,
        events=opened.events(),
    )


def _day(opened: Opened, moment: datetime | None) -> str | None:
    """Give a day in the first cast's calendar."""
    if moment is None:
        return None
    there = moment.astimezone(ZoneInfo(opened.tenancy.profile.company.zone))
    return (there - opened.stage.sample.shift).date().isoformat()


def _cards(unit: Unit, planned: Planned, rulings: Sequence[Ruled]) -> Iterator[Card]:
    """Join a draft and its send into one card."""
    ruled = {one.proposal: one for one in rulings}
    sends = {_pair(one): one for one in planned.proposals if one.action_type == "send_email"}
    drafts = {_pair(one) for one in planned.proposals if one.action_type == "draft_email"}
    for proposal in planned.proposals:
        if proposal.action_type == "send_email" and _pair(proposal) in drafts:
            continue
        send = sends.get(_pair(proposal)) if proposal.action_type == "draft_email" else None
        yield _card(unit, planned, [proposal, *([send] if send else [])], ruled)


def _pair(proposal: Proposal) -> tuple[str, str | None, str | None]:
    return (proposal.rule, proposal.subject, proposal.recipient)


def _card(unit: Unit, planned: Planned, members: Sequence[Proposal], ruled: dict[str, Ruled]) -> Card:
    last = ruled[members[-1].id]
    actions = [unit.actions.get(ActionId(name)) for one in members if (name := ruled[one.id].action)]
    words = [text for one in members for text in _words(planned, one)]
    words += [text for action in actions for text in (action.effect.content, *action.effect.recipients)]
    to = {str(one.recipient).rpartition("/")[2] for one in members if one.recipient}
    to |= {address for action in actions for address in action.effect.recipients}
    roles = last.verdict.roles if isinstance(last.verdict, RequireApproval) else ()
    return Card(
        types=tuple(one.action_type for one in members),
        text="\n".join(words),
        to=tuple(sorted(to)),
        owner=str(members[-1].owner or ""),
        way=WAYS[last.verdict.kind],
        seats=tuple(seat.value for seat in roles),
        status=actions[-1].status.value if actions else "",
    )


def _words(planned: Planned, proposal: Proposal) -> list[str]:
    draft = planned.drafts.get(proposal.id)
    written = [draft.subject, draft.body] if draft else []
    value = proposal.expected_value.arithmetic
    return [
        proposal.description, proposal.context_summary, proposal.why_now, value, *proposal.arguments.values(), *written,
    ]  # fmt: skip


def _effects(opened: Opened, unit: Unit, account: AccountId) -> Iterator[Effect]:
    """List the rows of the built-in CRM, and every file that left."""
    for row in unit.crm.listed(account):
        action = unit.actions.get(ActionId(row.action))
        text = f"{row.subject}\n{canonical_json(row.body).decode()}"
        to = (row.recipient,) if row.recipient else ()
        is_outside = row.kind in {"mail", "invitation"}
        yield Effect(
            action.action_type, text, to, is_outside or action.action_class > 1, _is_permitted(action)
        )
    folder = opened.house.settings.tenant_folder(opened.tenancy.id) / "outbox"
    allowed = [a for a in unit.actions.listed((Status.EXECUTED,)) if _is_permitted(a)]
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.suffix == ".json":
            continue  # what one of us is told stands in its row too
        text = path.read_bytes().decode(errors="replace")
        is_permitted = any(action.effect.content == text for action in allowed)
        yield Effect("send_email", text, (), is_outside=True, is_permitted=is_permitted)


def _is_permitted(action: Action) -> bool:
    return action.grant is not None and action.grant.kind is GrantKind.HUMAN


def _named(opened: Opened, request: Request) -> Answer:
    who = opened.principal(request.user)
    found = named(opened.house.parts, opened.tenancy, who, filled(request.said, opened.stage.slots))
    if not isinstance(found, Match):
        return Answer(candidates=len(found.accounts), lines=tuple(row.name for row in found.accounts))
    return Answer(resolved=found.account.account, lines=(found.note,) if found.note else ())


def _next(opened: Opened, request: Request) -> Answer:
    who = opened.principal(request.user)
    chosen = agenda(
        opened.house.runner, opened.tenancy, who, request.minutes, within=Narrowing(owner=request.user)
    )
    items = [str(one.account) for one in chosen.items]
    left = [f"left out: {one.item.name}: {one.reason}" for one in chosen.left_out]
    return Answer(order=tuple(items), lines=(*(f"{one.name}: {one.text}" for one in chosen.items), *left))


def _changes(opened: Opened, account: AccountId) -> Answer:
    parts, tenancy = opened.house.parts, opened.tenancy
    with parts.stores.read(tenancy.id) as unit:
        sight = parts.sights.look(unit, tenancy, unit.situations.load(account), tenancy.now)
    baseline = baseline_of(sight.view, sight.around, tenancy.profile)
    found = changes(sight.view, baseline, tenancy.profile, sight.around)
    first = _day(opened, baseline.at)
    lines = [f"{_day(opened, one.at)} {one.text} [{one.old} → {one.new}]" for one in found]
    return Answer(lines=(f"baseline {baseline.kind} {first}: {baseline.text}", *lines))


def _as_of(opened: Opened, request: Request, account: AccountId) -> Answer:
    assert request.day is not None, "a look back names its day"
    day = opened.stage.at(request.day).date()
    at = end_of_day(opened.tenancy, day)
    report = look_back(opened.house.runner, opened.tenancy, opened.principal(request.user), account, at)
    statements = (
        [one.text for section in report.brief.sections for one in section.statements] if report.brief else []
    )
    cards = tuple(
        Card(types=(one.action_type,), text=f"{one.description}\n{one.why_now}", owner=str(one.owner or ""),
             way=WAYS[one.verdict.kind])
        for one in report.proposals
    )  # fmt: skip
    happening = report.interpretation.happening
    return Answer(cards=cards, posture=report.posture, lines=(happening, *statements))


def _approved(opened: Opened, request: Request, accounts: Sequence[AccountId]) -> Answer:
    """Approve the mail of each account, let time pass, release; what happened last is the fate."""
    house = opened.house
    scans = [house.runner.start(opened.principal(request.user), account, "scan") for account in accounts]
    fates = [_sent(opened, request, account) for account in accounts]
    answer = collected(opened, accounts[-1], scans[-1])
    with house.parts.stores.read(opened.tenancy.id) as unit:
        rest = [one for account in accounts[:-1] for one in _effects(opened, unit, account)]
    return Answer(**{**vars(answer), "fate": ", ".join(fates), "effects": (*rest, *answer.effects)})


def _sent(opened: Opened, request: Request, account: AccountId) -> str:
    parts, desk = opened.house.parts, opened.house.desk
    with parts.stores.read(opened.tenancy.id) as unit:
        mails = [one for one in unit.actions.listed(OPEN, account=account) if one.action_type == "send_email"]
    if not mails:
        return "no card"
    owner = opened.principal(mails[0].owner)
    try:
        approved = desk.approve(owner, mails[0].id).action
    except (Conflict, Denied) as refusal:
        return f"refused: {refusal.code}"
    opened.clock.pass_by(HOLD)
    _arrive(opened, request)
    fate = _fate(opened, desk, approved.id)
    if request.later is None:
        return fate
    move_clock(parts, opened.tenancy, owner, opened.stage.at(request.later, request.zone).astimezone(UTC))
    opened.clock.pass_by(HOLD)
    desk.sweep(opened.tenancy, owner)
    return f"{fate}, then {_status(opened, approved.id)}"


def _arrive(opened: Opened, request: Request) -> None:
    if request.arrives is None:
        return
    known = {event.id for event in opened.events()}
    flip_of(request.arrives)(opened.stage)
    sample = opened.stage.sample
    raws = [raw for events in opened.stage.events.values() for raw in events if raw["id"] not in known]
    events = [parse_event(dict(raw), sample.tenant) for raw in raws]
    take_events(opened.house.parts, opened.tenancy, opened.principal("maya"), events, "evals")


def _fate(opened: Opened, desk: Desk, action: ActionId) -> str:
    with opened.house.parts.stores.read(opened.tenancy.id) as unit:
        owner = unit.actions.get(action).owner
    desk.release(opened.principal(owner), action)
    return _status(opened, action)


def _status(opened: Opened, action: ActionId) -> str:
    with opened.house.parts.stores.read(opened.tenancy.id) as unit:
        found = unit.actions.get(action)
    if found.status is Status.APPROVED:
        return "held"
    return "void" if found.status in {Status.PENDING, Status.CANCELLED} else found.status.value
