"""What a policy answers about one supposed action, and what a new one would have answered lately."""

from server.render.inert import one_line
from server.render.layout import GREY, STRONG, Shape, bullet, heading, labelled, line, stacked, table
from server.render.words import Reader
from state.governance.everyday import facts_in_words, verdict_in_words
from state.governance.facts import Facts
from state.governance.judge import Judgement
from state.governance.rejudging import Changed, DryRun, Fate
from state.governance.verdict import Allow, Deny, NotBefore, RequireApproval, Verdict


def answer_page(asked: Facts, judgement: Judgement, policy: str) -> Shape:
    """Show the answer, the policy that gives it, the deciding rule, and every rule that led to it."""
    verdict = judgement.verdict
    deciding = next((hit for hit in judgement.hits if hit.rule == verdict.rule), None)
    parts: list[Shape] = [
        line(answer_words(verdict), STRONG),
        labelled(
            [
                ("supposed", "; ".join(one_line(clause) for clause in facts_in_words(asked))),
                ("then", f"{verdict_in_words(verdict)}."),
                ("layer", deciding.layer if deciding else ""),
                ("policy", one_line(policy)),
                ("once approved", later_words(judgement)),
                *(("because" if not place else "", reason) for place, reason in enumerate(verdict.reasons)),
            ]
        ),
    ]
    others = [hit for hit in judgement.hits if hit is not deciding]
    if others:
        parts.append(heading("Also matched"))
        parts += [bullet(f"{' '.join(hit.verdict.reasons)} [{hit.rule}, {hit.layer}]") for hit in others]
    parts.append(
        line("Every fact that is not named is as usual; the policy's facts: policies/README.md", GREY)
    )
    return stacked(parts)


def answer_words(verdict: Verdict) -> str:
    """Say in a few words what a policy answers."""
    match verdict:
        case Allow() | NotBefore():
            return "Yes, it would run by itself."
        case RequireApproval():
            return "Only with a person's approval."
        case Deny():
            return "No, it would not be done, whoever approves."
        case _:
            return "Not before a question is answered."


def later_words(judgement: Judgement) -> str:
    """Tell what is left once every seat has approved."""
    if not isinstance(judgement.verdict, RequireApproval):
        return ""
    left = judgement.after_approval(judgement.verdict.roles)
    return f"{verdict_in_words(left, is_approved=True)}."


def dry_run_page(found: DryRun, days: int, reader: Reader) -> Shape:
    """Show counts before and after, and examples of what changed."""
    rows = [(fate.value, str(found.before.get(fate, 0)), str(found.after.get(fate, 0))) for fate in Fate]
    rows.append(("people's minutes", str(found.minutes_before), str(found.minutes_after)))
    parts: list[Shape] = [
        line(f"{found.judged} judgements of the last {days} days, judged again by the new policy", STRONG),
        table((("", 0), ("as it was", 0), ("with the new policy", 0)), rows),
        line(f"{found.changed} would be answered otherwise or by another rule."),
    ]
    if found.unknown:
        facts = f" (not recorded: {', '.join(found.unrecorded)})" if found.unrecorded else ""
        parts.append(line(f"{found.unknown} more are unknown: what they rest on was not recorded{facts}."))
    if found.changes:
        parts.append(heading("Examples, what is looser first"))
        parts += [_changed(one, reader) for one in found.changes]
    return stacked(parts)


def _changed(one: Changed, reader: Reader) -> Shape:
    record = one.recorded
    kind = one_line(str(record.facts.get("action.type", "")))
    told = f"{record.subject}: {kind} at {one_line(record.account)}, {reader.day(record.at)}"
    before, after = verdict_in_words(record.verdict), verdict_in_words(one.after)
    return stacked([bullet(told), labelled([("was", f"{before}."), ("would be", f"{after}.")], indent=4)])
