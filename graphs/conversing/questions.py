"""Answers to questions about an account: the brief, why, who, what changed, what is unknown, what next."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from agents.clarifier.days import day_named
from agents.clarifier.intents import Changed, Next, Prep, Unknowns, WhoMatters, WhyAtRisk
from agents.clarifier.names import Match
from graphs.channels import Request, SituationRef
from graphs.conversing.answers import Answer, stated
from graphs.conversing.talking import Memory, Reply, Talk, one
from graphs.deliberating import gather
from graphs.nodes.looking import perceive
from graphs.telling.agenda import agenda
from graphs.telling.narrowing import Narrowing
from graphs.times import instant
from state.decision.brief import Statement
from state.errors import InvalidInput
from state.ids import AccountId, stable_id
from state.ports.deciding import Deliberating
from state.world.business_time import local_day
from state.world.detection.wording import day_text
from state.world.timeline import changes

MOST = 12
ASKED: dict[type, str] = {
    WhyAtRisk: "why at risk",
    WhoMatters: "who matters",
    Unknowns: "unknown missing",
    Changed: "what changed",
}
"""What the reasoner is asked, in words its topics know."""
About = Prep | WhyAtRisk | Changed | WhoMatters | Unknowns


def about_account(talk: Talk, memory: Memory, intent: About, found: Match) -> Reply:
    """Answer one question about one account."""
    if isinstance(intent, Prep):
        return _prepared(talk, memory, found)
    about = gathered(talk, found.account.account)
    if isinstance(intent, Changed) and intent.since:
        said = _changed_since(talk, about, intent.since)
    else:
        said = talk.runner.wait(talk.tenancy.reasoner.reply(ASKED[type(intent)], about))
    answer = Answer(
        kind="statements",
        account=found.account.account,
        name=found.account.name,
        note=found.note,
        statements=stated(said, talk.now),
    )
    return one(answer, memory.with_(account=found.account.account))


def _prepared(talk: Talk, memory: Memory, found: Match) -> Reply:
    row = found.account
    talk.telling.step("Deciding anew: the brief, what to do, the one question")
    report = talk.runner.start(talk.principal, row.account, "prep")
    asked = report.question
    kept = memory.with_(
        account=row.account,
        question=asked.id if asked else "",
        options=asked.options if asked else (),
    )
    return one(Answer(kind="brief", account=row.account, name=row.name, note=found.note, report=report), kept)


def gathered(talk: Talk, account: AccountId) -> Deliberating:
    """Gather what a reasoner may read about an account now; nothing is decided and no run is recorded."""
    request = Request(
        tenant=talk.tenancy.id,
        run=stable_id("talk", talk.tenancy.id, account),
        account=account,
        intent="account",
        user=talk.principal.user,
        role=talk.principal.role.value,
        channel=talk.principal.channel,
        method=talk.principal.method,
        trace="",
        thread="",
    )
    seen = perceive(talk.parts, {"request": request})
    reference: SituationRef = seen["situation"]
    with talk.parts.stores.read(talk.tenancy.id) as unit:
        return gather(talk.parts, unit, talk.tenancy, request, reference, now=instant(seen["now"]))


def _changed_since(talk: Talk, about: Deliberating, since: str) -> tuple[Statement, ...]:
    zone = talk.tenancy.profile.company.zone
    day = day_named(since, local_day(talk.now, zone))
    if day is None:
        raise InvalidInput(
            f"I cannot tell which day {since!r} is.",
            field="since",
            remedy="Say it as 2026-03-01, 1 March, last week, or since our last meeting.",
        )
    start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    found = changes(about.view, start, about.profile, about.around)
    key = about.view.situation.digest
    opening = f"Compared since {day_text(day)}."
    if not found:
        opening = f"Nothing changed beyond the noise floor since {day_text(day)}."
    told = [Statement(id=stable_id("rp", key, since), text=opening, kind="inferred")]
    for place, change in enumerate(found[:MOST]):
        name = stable_id("rp", key, since, str(place))
        told.append(Statement(id=name, text=change.text, kind="fact", evidence=change.evidence))
    return tuple(told)


def what_next(talk: Talk, memory: Memory, intent: Next, found: Match | None) -> Reply:
    """Choose what to do now, overall or at one account."""
    within = Narrowing(account=found.account.account if found is not None else "")
    listed = agenda(talk.runner, talk.tenancy, talk.principal, intent.minutes, within=within)
    answer = Answer(
        kind="next",
        account=found.account.account if found else None,
        name=found.account.name if found else "",
        note=found.note if found else "",
        text="" if listed.items else "Nothing waits for you.",
        list=listed,
        minutes=intent.minutes,
    )
    return one(answer, memory.with_(account=found.account.account) if found else memory)
