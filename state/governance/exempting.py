"""Exceptions with an end date: the rule as it stands on a day, with what it leaves out written into its condition.

Invariant: on a later day never fewer actions are restricted than on an earlier one.
"""

from collections.abc import Sequence
from datetime import date

from state.governance.expression import AllOf, Not
from state.governance.policy import AllowRule, Layer, Rule


def on_day(layers: Sequence[Layer], day: date | None = None) -> tuple[Layer, ...]:
    """Fold the exceptions that count on a day into their rules; without a day all of them, which is the widest."""
    return tuple(
        layer.model_copy(update={"rules": tuple(_folded(rule, day) for rule in layer.rules)})
        if any(_exempts(rule) for rule in layer.rules)
        else layer
        for layer in layers
    )


def _exempts(rule: Rule) -> bool:
    return not isinstance(rule, AllowRule) and bool(rule.exceptions)


def _folded(rule: Rule, day: date | None) -> Rule:
    if isinstance(rule, AllowRule) or not rule.exceptions:
        return rule
    live = [one for one in rule.exceptions if day is None or day <= one.until]
    outside = [Not(part=one.when) for one in live]
    when = AllOf(parts=(rule.when, *outside)) if live else rule.when
    return rule.model_copy(update={"when": when, "exceptions": ()})
