"""The three lines read in ten seconds: objective and fallback, what changed, the one thing that can go wrong."""

from collections.abc import Callable, Mapping

from agents.playbook.brief.header import UNCLEAR
from agents.playbook.brief.lines import Line, Part, clip, ended, unique
from agents.playbook.brief.sheet import Sheet
from agents.playbook.brief.standing import top_change
from state.decision.proposal import Proposal
from state.evidence import Evidence

WORDS = 22
_MOVING = frozenset(
    {
        "draft_email",
        "send_email",
        "schedule_meeting",
        "create_task",
        "draft_quote",
        "escalate_support",
        "close_out",
    }
)
Aim = tuple[str, tuple[Evidence, ...]]


def first_lines(sheet: Sheet, parts: Mapping[str, Part]) -> tuple[Line, ...]:
    """Say objective with fallback, the newest change and the worst risk, each with its label."""
    labels = sheet.about.profile.brief.opening
    change, risk = top_change(sheet), _what_can_go_wrong(parts)
    return (
        _objective(sheet, labels.objective),
        _labelled(labels.changed, change),
        _labelled(labels.risk, risk),
    )


def _labelled(label: str, line: Line) -> Line:
    return Line(f"{label}: {clip(line.text, WORDS)}", line.kind, line.evidence, line.operations)


def _objective(sheet: Sheet, label: str) -> Line:
    aim, cited = _AIMS.get(sheet.purpose.kind, _by_proposal)(sheet)
    fallback, also = _fallback(sheet)
    text = f"{label}: {ended(aim)}{f' Fallback: {ended(fallback)}' if fallback else ''}"
    return Line(text, "inferred", unique((*cited, *also)))


def _renewal(sheet: Sheet) -> Aim:
    contract = sheet.contract
    if contract is None or contract.ends_on is None:
        return "agree the way to the renewal", ()
    border = (
        contract.notice_on if contract.notice_on and contract.notice_on >= sheet.today else contract.ends_on
    )
    name = "notice_on" if border == contract.notice_on else "ends_on"
    return f"agree the way to the renewal before {sheet.day(border)}", contract.cite(name)


def _expansion(sheet: Sheet) -> Aim:
    offer = sheet.expansion
    if offer is None:
        return "agree size and start of the expansion", ()
    return f"agree size and start of the {offer.units}-seat expansion", offer.evidence


def _unclear(sheet: Sheet) -> Aim:
    """Cover both purposes that are on the table; with neither, find out what the meeting is for."""
    renewal, expansion = _is_renewing(sheet), sheet.wish is not None
    if not (renewal and expansion):
        first, cited = _by_proposal(sheet)
        return f"find out what they came for; then {first[:1].lower()}{first[1:]}", cited
    contract, offer = sheet.contract, sheet.expansion
    ends = f" (ends {sheet.day(contract.ends_on)})" if contract and contract.ends_on else ""
    size = f" ({offer.units} seats)" if offer else ""
    cited = (*(contract.cite("ends_on") if contract else ()), *(offer.evidence if offer else ()))
    return f"learn if it is the renewal{ends} or the expansion{size}; agree one dated step", cited


def _is_renewing(sheet: Sheet) -> bool:
    window = sheet.about.judgement.signal("RENEWAL_WINDOW_ENTERED")
    return window is not None and window.sub_state != "early"


def _best(sheet: Sheet) -> Proposal | None:
    """Choose the best proposal that moves the account, else the best one."""
    moving = (one for one in sheet.proposals if one.action_type in _MOVING)
    return next(moving, next((one for one in sheet.proposals if one.action_type != "ask"), None))


def _by_proposal(sheet: Sheet) -> Aim:
    best = _best(sheet)
    if best is None:
        return ("nothing is due" if sheet.meeting is None else "listen; nothing is due"), ()
    return sheet.advised(best, WORDS), best.evidence


_AIMS: Mapping[str, Callable[[Sheet], Aim]] = {
    "renewal": _renewal,
    "expansion": _expansion,
    UNCLEAR: _unclear,
}


def _fallback(sheet: Sheet) -> Aim:
    if sheet.purpose.kind == "none":
        best = _best(sheet)
        others = [one for one in sheet.proposals if best is None or _is_other(one, best)]
        text = sheet.advised(others[0], WORDS) if others else ""
        return text, others[0].evidence if others else ()
    if sheet.ticket is not None:
        return f"a date for solving {sheet.ticket.identifier}", sheet.ticket.cite("severity")
    if sheet.buyer is not None and sheet.buyer.last_touch is None:
        return f"a call with {sheet.buyer.name}", sheet.buyer.evidence
    return "a dated next step", ()


def _is_other(one: Proposal, best: Proposal) -> bool:
    return one.action_type in _MOVING and one.rule != best.rule and one.description != best.description


def _what_can_go_wrong(parts: Mapping[str, Part]) -> Line:
    """Take the worst risk, else the first contradiction."""
    for name in ("risks", "contradictions"):
        part = parts[name]
        if part and not isinstance(part, str):
            return part[0]
    return Line("no live risk is known.", "inferred")
