"""`revloop policy test|dry-run`: what the policy would say, about one supposed action or about all recorded lately."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.policy import meant, paths_of

if TYPE_CHECKING:
    from state.governance.facts import Facts
    from state.governance.judge import Judgement
    from state.governance.rejudging import DryRun


def suppose(
    *facts: Annotated[str, Parameter(help="FIELD=VALUE, or FIELD=unknown; all other facts are as usual.")],
    action: Annotated[str, Parameter(help="Type of the action, as update_crm or send_email.")],
    path: Annotated[
        str | None, Parameter(help="A policy file or a folder; else the policy in force.")
    ] = None,
    common: Options = PLAIN,
) -> int:
    """Say whether one action would be allowed, by which rule of which layer, and why."""
    from server.cli.printing import print_json, show
    from state.decision.proposal import ACTION_CLASSES
    from state.governance.everyday import supposed
    from state.governance.exempting import on_day
    from state.governance.judge import compile_policy

    policy = meant(path, common)
    judge = compile_policy(on_day(policy.layers, policy.day) if policy.day else policy.layers)
    level = judge.level("playbook", ACTION_CLASSES.get(action, 1))
    asked = supposed(action, facts, level)
    judgement = judge(asked)
    if common.json:
        print_json(_judgement_as_json(asked, judgement))
        return 0
    from server.render.policy_answers import answer_page

    show(answer_page(asked, judgement, policy.name))
    return 0


def _judgement_as_json(asked: "Facts", judgement: "Judgement") -> dict[str, object]:
    from state.governance.everyday import verdict_in_words

    verdict = judgement.verdict
    deciding = next((hit for hit in judgement.hits if hit.rule == verdict.rule), None)
    return {
        "answer": verdict_in_words(verdict),
        "verdict": verdict.model_dump(mode="json"),
        "layer": deciding.layer if deciding else "",
        "rules": [
            {
                "rule": hit.rule,
                "layer": hit.layer,
                "verdict": hit.verdict.kind,
                "reasons": list(hit.verdict.reasons),
            }
            for hit in judgement.hits
        ],
        "facts": {name: str(value) for name, value in sorted(asked.values.items())},
        "read": sorted(judgement.read),
        "policy_version": judgement.policy_version,
    }


def dry_run(
    new: Annotated[str, Parameter(help="The policy to try: a file or a folder.")],
    /,
    *,
    days: Annotated[int, Parameter(help="How many days back.")] = 30,
    common: Options = PLAIN,
) -> int:
    """Judge what was recorded in the last days by a new policy, and count what would have changed."""
    from graphs.governing.rejudging import recorded_lately
    from server.cli.printing import print_json, show
    from server.cli.session import opened
    from state.governance.judge import compile_policy
    from state.governance.rejudging import rejudged
    from tools.policies import load_layers

    judge = compile_policy(load_layers(paths_of(new, common)))
    with opened(common, sweep=False) as session:
        found = rejudged(judge, recorded_lately(session.parts, session.tenancy, days))
        reader = session.reader
    if common.json:
        print_json(_dry_run_as_json(found))
        return 0
    from server.render.policy_answers import dry_run_page

    show(dry_run_page(found, days, reader))
    return 0


def _dry_run_as_json(found: "DryRun") -> dict[str, object]:
    return {
        "judged": found.judged,
        "unknown": found.unknown,
        "unrecorded": list(found.unrecorded),
        "before": {fate.value: count for fate, count in found.before.items()},
        "after": {fate.value: count for fate, count in found.after.items()},
        "minutes": {"before": found.minutes_before, "after": found.minutes_after},
        "changed": found.changed,
        "examples": [
            {
                "subject": one.recorded.subject,
                "account": one.recorded.account,
                "at": one.recorded.at.isoformat(),
                "before": one.recorded.verdict.rule,
                "after": one.after.rule,
                "looser": one.is_looser,
            }
            for one in found.changes
        ],
    }
