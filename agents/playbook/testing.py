"""A compiled condition of the playbook that also tells which facts it looked at."""

from collections.abc import Iterable, Iterator, Mapping

from agents.playbook.catalogue import SITUATION_FACTS
from agents.playbook.scene import Known
from state.governance.catalogue import Catalogue, Scalar
from state.governance.condition import Condition, Traced, traced


class _Values(Mapping[str, Scalar]):
    """The values of facts, without a copy of them."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, Known]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> Scalar:
        return self._facts[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class Test:
    """A compiled condition that also tells which facts it looked at."""

    __slots__ = ("_runs",)

    def __init__(
        self, conditions: Iterable[Condition | None], catalogue: Catalogue = SITUATION_FACTS
    ) -> None:
        kept = [condition for condition in conditions if condition is not None]
        self._runs: tuple[Traced, ...] = tuple(_asking(condition, catalogue) for condition in kept)

    def __call__(self, facts: Mapping[str, Known]) -> frozenset[str] | None:
        """Give the facts that were looked at, None when the condition does not hold."""
        values, seen = _Values(facts), set[str]()
        return frozenset(seen) if all(run(values, seen) for run in self._runs) else None


def _asking(condition: Condition, catalogue: Catalogue) -> Traced:
    run = traced(condition, catalogue, when_missing=False)
    return (lambda _values, _seen: run) if isinstance(run, bool) else run
