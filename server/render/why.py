"""Why something was proposed or done: signals and sources, the rule, who decided, what happened, the entries."""

from graphs.telling.explaining import SignalOut, StepOut, Why
from server.render.card_words import after_display, proposer
from server.render.inert import inert, one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked
from server.render.words import Reader, citations, percent, short, verdict_words

SHOWN_SOURCES = 8
SHOWN_ENTRIES = 12


def why_page(found: Why, account: str, reader: Reader) -> Shape:
    """Show everything recorded about one proposal or action."""
    return stacked(
        [
            line(f"{inert(account)}: {one_line(found.description)}", STRONG),
            labelled(
                [
                    ("State", verdict_words(found.verdict, found.status)),
                    ("Why now", one_line(found.why_now)),
                    ("Worth", one_line(found.expected_value)),
                    ("Proposed by", proposer(found.reasoner, reader)),
                    ("Without unverified words", _unverified(found)),
                    ("Approved by", ", ".join(map(reader.person, found.approvals)) or "nobody"),
                ]
            ),
            heading("Signals"),
            *(_signal(one) for one in found.signals),
            line("  none", GREY) if not found.signals else None,
            heading("What it rests on"),
            *(bullet(text) for text in citations(found.evidence, SHOWN_SOURCES)),
            *_reads(found),
            *_hypotheses(found),
            *_findings(found),
            *_approved(found, reader),
            *_effects(found),
            *_steps(found, reader),
            *_changes(found),
            _foot(found),
        ]
    )


def _unverified(found: Why) -> str:
    if found.untrusted is None:
        return "not tested"
    return one_line(", ".join(found.untrusted.changes)) or "nothing would be otherwise"


def _signal(one: SignalOut) -> Shape:
    return bullet(f"{one_line(one.text)} ({one.severity})")


def _hypotheses(found: Why) -> list[Shape]:
    if not found.hypotheses:
        return []
    told = [bullet(f"{one_line(one.text)} ({percent(one.likelihood)})", mark="≈") for one in found.hypotheses]
    return [heading("Hypotheses"), *told]


def _findings(found: Why) -> list[Shape]:
    if not found.findings:
        return []
    told = [
        bullet(f"{one_line(one.text)} ({one.validator}{', blocks' if one.is_blocking else ''})")
        for one in found.findings
    ]
    return [heading("What the critics said"), *told]


def _reads(found: Why) -> list[Shape]:
    return [bullet(f"{one.tool}, {one.outcome}", mark="→") for one in found.reads]


def _approved(found: Why, reader: Reader) -> list[Shape]:
    """Show each yes with the hash of the exact effect it was for; another effect has another hash."""
    parts: list[Shape] = []
    for one in found.approved:
        pairs = [
            ("By", f"{reader.person(one.by)}, {one.method}, at {one.at[:16].replace('T', ' ')} UTC"),
            ("Read", after_display(one.after_ms)),
            ("Effect hash", one.effect_hash or "erased"),
            ("Under policy", one.policy_version or found.policy_version),
        ]
        parts += [heading("What was approved"), labelled(pairs)]
    return parts


def _changes(found: Why) -> list[Shape]:
    told = [bullet(one_line(one.text)) for one in found.changes] or [line("  nothing", GREY)]
    return [heading("What changed in memory"), *told]


def _effects(found: Why) -> list[Shape]:
    parts: list[Shape] = []
    for one in found.effects:
        pairs = [
            ("Tool", one.tool),
            ("Reaches", ", ".join(map(one_line, one.recipients)) or "nobody outside"),
            ("Effect hash", one.effect_hash),
            ("Receipt", one_line(one.receipt)),
        ]
        parts += [heading("Effect"), labelled(pairs)]
    return parts


def _steps(found: Why, reader: Reader) -> list[Shape]:
    if not found.steps:
        return []
    return [heading("What happened"), *(bullet(_step(one, reader)) for one in found.steps)]


def _step(one: StepOut, reader: Reader) -> str:
    moved = f"{one.start} → {one.end}" if one.start != one.end else f"stays {one.end}"
    code = f" ({one.code})" if one.code else ""
    return f"{one.at[:16].replace('T', ' ')} {one.event.replace('_', ' ')} by {reader.person(one.by)}: {moved}{code}"


def _foot(found: Why) -> Shape:
    entries = ", ".join(short(name).removeprefix("entry_") for name in found.ledger[:SHOWN_ENTRIES])
    more = f" and {len(found.ledger) - SHOWN_ENTRIES} more" if len(found.ledger) > SHOWN_ENTRIES else ""
    situation = f"{found.situation.get('account')} version {found.situation.get('version')}"
    return stacked(
        [
            heading("Proof"),
            labelled(
                [
                    ("Situation", situation),
                    ("Policy", found.policy_version),
                    (
                        "Rules",
                        f"{found.verdict.rule} decides; matched: {', '.join(found.rules_hit) or 'none'}",
                    ),
                    ("Proposed by", f"row {one_line(found.rule)}"),
                    ("Trace", found.trace_id),
                    ("Run", found.run),
                    ("Ledger", f"{entries}{more}"),
                    ("Check", f"revloop replay {short(found.id)} · revloop ledger verify"),
                ]
            ),
        ]
    )
