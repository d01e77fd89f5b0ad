"""How much an action moves a probability, with the number of cases behind it.

Units: delta_p and p_without are probabilities; minutes are human minutes of the approver.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from state.world.profile.part import Amount, Count, Part, Share, Text

Stake = Literal["renewal", "new", "expansion", "none"]


class Effect(Part):
    """One row: an action type at one kind of stake, in one play or in any."""

    action_type: Text
    stake: Stake
    play: str | None = None
    """Narrows the row to one way of doing it, for example ticket_plan."""
    delta_p: Share
    minutes: Count
    tool_cost: Amount
    n: Count
    source: Text

    @property
    def is_prior(self) -> bool:
        """A row without cases is a stated guess and is shown as such."""
        return self.n == 0

    @property
    def basis(self) -> str:
        """Say what the number rests on."""
        told = f"{self.n} cases" if self.n > 1 else "1 case" if self.n else "a prior, no case yet"
        return f"{told}: {self.source}"


class Baseline(Part):
    """P(outcome) without the action where no stage probability says it."""

    stake: Stake
    p_without: Share
    n: Count
    source: Text


class Effects(Part):
    """Read from `effects.yaml`."""

    rows: tuple[Effect, ...] = Field(min_length=1)
    baselines: tuple[Baseline, ...] = ()

    def row(self, action_type: str, stake: Stake, play: str | None = None) -> Effect | None:
        """Find the row of the play, else of the action type at that stake; None is not configured."""
        rows = {row.play: row for row in self.rows if row.action_type == action_type and row.stake == stake}
        return rows.get(play) or rows.get(None)

    def baseline(self, stake: Stake) -> Baseline | None:
        """Find what happens without the action; None is not configured."""
        return next((line for line in self.baselines if line.stake == stake), None)

    @model_validator(mode="after")
    def _once(self) -> Self:
        keys = [(row.action_type, row.stake, row.play or "") for row in self.rows]
        if len(set(keys)) != len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"the row {'/'.join(filter(None, twice))} is listed twice")
        stakes = [line.stake for line in self.baselines]
        if len(set(stakes)) != len(stakes):
            raise ValueError("one stake has two baselines")
        return self
