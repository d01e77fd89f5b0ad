"""The recorded judgements of one iteration: verdict, rule hits and action per proposal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from state.governance.facts import CLASS, Facts, written
from state.governance.verdict import Verdict

Way = Literal["run", "ask", "wait", "hold", "deny"]
"""run now · ask a person · waits or runs later · held by the question · denied."""


class Ruled(BaseModel):
    """What policy said about one proposal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    proposal: str
    action: str | None
    way: Way
    verdict: Verdict
    hits: tuple[str, ...]
    read: tuple[str, ...]
    policy_version: str
    facts: dict[str, bool | int | str] = {}
    """What it was judged by, besides what all rulings of the iteration share; empty where nothing was judged."""


class Rulings(BaseModel):
    """All rulings of one iteration, in the order of the proposals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    iteration: int
    now: datetime
    """The business clock that was judged at."""
    situation: dict[str, str | int]
    """Account, version and digest that were judged."""
    posture: str
    tier: str = ""
    asked: str | None = None
    """The question that this run put to its owner; None when an earlier run still does."""
    shared: dict[str, bool | int | str] = {}
    """The facts that every proposal of the iteration was judged by alike."""
    rulings: tuple[Ruled, ...]

    def facts_of(self, ruled: Ruled) -> dict[str, bool | int | str]:
        """Give all facts that a ruling rested on, as they were written; empty where none was."""
        return {**self.shared, **ruled.facts} if ruled.facts else {}

    def of(self, proposal: str) -> Ruled | None:
        """Give the ruling on one proposal."""
        return next((ruled for ruled in self.rulings if ruled.proposal == proposal), None)


def apart(
    judged: Mapping[str, Facts],
) -> tuple[dict[str, bool | int | str], dict[str, dict[str, bool | int | str]]]:
    """Part what all proposals were judged by alike from what is each one's own; the class stays with each."""
    listed = {proposal: written(facts) for proposal, facts in judged.items()}
    first = next(iter(listed.values()), {})
    shared = {
        name: value
        for name, value in first.items()
        if name != CLASS and all(name in one and one[name] == value for one in listed.values())
    }
    own = {
        proposal: {name: value for name, value in one.items() if name not in shared}
        for proposal, one in listed.items()
    }
    return shared, own
