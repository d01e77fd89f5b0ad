"""What to say: talking points, likely objections with their answers, a trial close and the next step.

Invariant: advice is inferred; what it quotes from a document is cited to the document.
"""

from collections.abc import Iterator

from agents.playbook.brief.header import UNCLEAR
from agents.playbook.brief.lines import Line, Part, clip, computed, ended, plainly, unique
from agents.playbook.brief.objections import answers, proof, rival_question
from agents.playbook.brief.sheet import Sheet, name_of
from state.decision.proposal import Proposal
from state.money import Money
from state.world.view import Entity

_DISPUTED = {"active": "standing", "left": "standing", "churned": "status"}
POINTS = 4
STEPS = 3
POINT_WORDS = 18


def talking_points(sheet: Sheet) -> Part:
    """Say what to bring up, first what must be settled before anything is sold."""
    found = list(_points(sheet))
    if len(found) < POINTS:
        found += [line for line in (rival_question(sheet), proof(sheet)) if line is not None]
    return tuple(found[:POINTS])


def _points(sheet: Sheet) -> Iterator[Line]:
    if sheet.ticket is not None:
        text = f"First the plan for {sheet.ticket.identifier}: who, what, by when."
        yield Line(text, "inferred", sheet.ticket.cite("severity", "status"))
    yield from _owed(sheet)
    yield from _usage(sheet)
    yield from _growth(sheet)
    yield from _silence(sheet)
    yield from _open_points(sheet)
    yield from _reasons(sheet)


def _owed(sheet: Sheet) -> Iterator[Line]:
    for promise in sheet.promises:
        if promise.is_ours and promise.due_on is not None and promise.due_on < sheet.today:
            what = clip(promise.deliverable or promise.quote, POINT_WORDS)
            yield Line(f"Bring what we owe: {what}.", "inferred", promise.cite("deliverable", "due_on"))
            return


def _usage(sheet: Sheet) -> Iterator[Line]:
    drop = sheet.about.judgement.signal("USAGE_DROP_PERCENT")
    if drop is not None:
        percent = drop.numbers.get("percent", "")
        operations = (computed("percent_change", percent, drop.evidence),) if percent else ()
        yield Line(f"Ask what changed in daily work: active users fell {percent}.".replace("  ", " "), "inferred",
                   drop.evidence, operations)  # fmt: skip


def _growth(sheet: Sheet) -> Iterator[Line]:
    offer = sheet.expansion
    if offer is None or sheet.purpose.kind not in ("expansion", UNCLEAR, "none"):
        return
    first = "If it is about growth: " if sheet.purpose.kind == UNCLEAR else ""
    text = f"{first}confirm sites, start and {offer.units} seats ({offer.amount} a year at list)."
    yield Line(text[:1].upper() + text[1:], "inferred", offer.evidence, (offer.operation,))


def _silence(sheet: Sheet) -> Iterator[Line]:
    if sheet.champion is not None and sheet.about.judgement.has("CHAMPION_WENT_COLD"):
        text = f"Learn why {sheet.champion.name} is silent and who speaks for us."
        yield Line(text, "inferred", sheet.champion.evidence)
    elif sheet.buyer is not None and sheet.buyer.last_touch is None:
        yield Line(f"Ask for a call with {sheet.buyer.name}.", "inferred", sheet.buyer.evidence)


def _reasons(sheet: Sheet) -> Iterator[Line]:
    """Take the reasons of the best proposals that nothing above covers."""
    owed = {item.id for line in _owed(sheet) for item in line.evidence}
    seen = owed | {item.id for line in _usage(sheet) for item in line.evidence}
    for proposal in sheet.proposals:
        ids = {item.id for item in proposal.evidence}
        is_said = ids <= seen or bool(ids & owed)
        if proposal.action_type in ("draft_email", "create_task", "draft_quote") and not is_said:
            seen |= ids
            text = clip(sheet.shortly(proposal.why_now), POINT_WORDS + 8)
            yield Line(ended(text), "inferred", proposal.evidence)


def _open_points(sheet: Sheet) -> Iterator[Line]:
    """Take what is contradictory and what is not known, as things to find out."""
    for one in sheet.about.judgement.contradictions[:1]:
        subject = Entity(sheet.view.situation, one.subject)
        what = _DISPUTED.get(one.attribute, one.attribute.removesuffix("_on").replace("_", " "))
        date = " date" if one.attribute.endswith("_on") else ""
        text = f"Settle the {what}{date} of {name_of(subject)}."
        yield Line(text, "inferred", (*one.sides, *subject.cite("name")))
    topic = "" if sheet.question is None else sheet.question.topic
    for unknown in sheet.about.judgement.unknowns:
        if unknown.id not in (topic, "data", "next_step") and unknown.text.endswith("?"):
            yield Line(f"Find out: {plainly(unknown.text, sheet.today)}", "inferred", unknown.evidence)


def objections(sheet: Sheet) -> Part:
    """Say what they may object and what the objection sheet answers."""
    return answers(sheet)


def trial_close(sheet: Sheet) -> Part:
    """Ask for the decision in a form that costs nothing to answer."""
    kind = sheet.purpose.kind
    lines = [*(_renewal_close(sheet) if kind in ("renewal", UNCLEAR) else ())]
    lines += [*(_growth_close(sheet) if kind in ("expansion", UNCLEAR) else ())]
    return tuple(lines) or tuple(_deal_close(sheet))


def _renewal_close(sheet: Sheet) -> Iterator[Line]:
    contract = sheet.contract
    if contract is None or not sheet.about.judgement.has("RENEWAL_WINDOW_ENTERED"):
        return
    notice = contract.notice_on
    day = notice if notice is not None and notice >= sheet.today else contract.ends_on
    before = f" before {sheet.day(day)}" if day else ""
    given = f"With {sheet.ticket.identifier} solved, would" if sheet.ticket else "Would"
    text = f"“{given} you renew{before}?”"
    cited = (*contract.cite("notice_on", "ends_on"), *(sheet.ticket.cite("severity") if sheet.ticket else ()))
    yield Line(text, "inferred", cited)


def _growth_close(sheet: Sheet) -> Iterator[Line]:
    offer = sheet.expansion
    if offer is not None:
        text = f"“If {offer.units} seats are ready in time, who signs?”"
        yield Line(text, "inferred", offer.evidence)


def _deal_close(sheet: Sheet) -> Iterator[Line]:
    deal, lines = sheet.deal, sheet.about.profile.pipeline
    if deal is None or deal.close_on is None or deal.stage is None or deal.close_on < sheet.today:
        return
    if sheet.view.status == "churned" or sheet.is_waiting or sheet.about.judgement.has("DEAL_STALE"):
        return
    is_disputed = any(one.subject == deal.key for one in sheet.about.judgement.contradictions)
    if is_disputed or not lines.pipeline(deal.pipeline).is_qualified(deal.stage):
        return
    text = f"“What would have to be true for you to sign by {sheet.day(deal.close_on)}?”"
    yield Line(text, "inferred", deal.cite("close_on", "stage"))


def next_step(sheet: Sheet) -> Part:
    """Say what is proposed, best first, with the value of doing it."""
    shown: dict[str, Proposal] = {}
    for proposal in sheet.proposals:
        if proposal.action_type != "brief":
            shown.setdefault(proposal.rule, proposal)
    return tuple(_step(sheet, proposal) for proposal in list(shown.values())[:STEPS])


def _step(sheet: Sheet, proposal: Proposal) -> Line:
    value = Money(amount=proposal.expected_value.amount, currency=proposal.expected_value.currency)
    text = sheet.advised(proposal, POINT_WORDS + 4)
    cited = unique(proposal.evidence)
    if value.amount <= 0 or not cited:
        return Line(text, "inferred", cited)
    operation = computed("expected_value", str(value), cited, proposal.expected_value.arithmetic)
    return Line(f"{text.rstrip('.')} (expected value {value}).", "inferred", cited, (operation,))
