"""What simpler ways would answer to the same request: nothing, one task per signal, the most severe signal first."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from evals.answer import Answer, Card, Effect, SignalSeen

SEVERITIES = ("high", "medium", "low", "info")


def do_nothing(_seen: Answer) -> Answer:
    """Rest, whatever there is."""
    return Answer()


def task_per_signal(seen: Answer) -> Answer:
    """Make a task of every live signal, in the order they were found."""
    return _tasks(seen, seen.signals)


def most_severe_first(seen: Answer) -> Answer:
    """Make a task of every signal of medium or high severity, the most severe first."""
    ranked = sorted(
        (one for one in seen.signals if one.severity in SEVERITIES[:2]),
        key=lambda one: SEVERITIES.index(one.severity),
    )
    return _tasks(seen, tuple(ranked))


def _tasks(seen: Answer, signals: tuple[SignalSeen, ...]) -> Answer:
    """Count a task as an effect as well: it runs by itself."""
    cards = tuple(Card(types=("create_task",), text=one.text) for one in signals)
    done = tuple(Effect("create_task", one.text) for one in signals)
    return replace(Answer(), cards=cards, effects=done)


BASELINES: Mapping[str, Callable[[Answer], Answer]] = {
    "do nothing": do_nothing,
    "one task per signal": task_per_signal,
    "highest severity first": most_severe_first,
}
