"""The dictionary of competitors and the companies nobody may approach."""

from typing import Self

from pydantic import model_validator

from state.world.profile.part import Day, Part, Text


class Competitor(Part):
    """A name to listen for."""

    name: Text
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    battle_card: str | None = None
    """Id of a knowledge document."""


class Blocked(Part):
    """A company that may not be approached, by mail domain."""

    domain: Text
    reason: Text
    until: Day | None = None
    """Last day of the block; None is without end."""


class Competitors(Part):
    """Read from `competitors.yaml`."""

    competitors: tuple[Competitor, ...] = ()
    block_list: tuple[Blocked, ...] = ()

    def blocked(self, domain: str, day: Day) -> Blocked | None:
        """Find the block on a mail domain or a parent of it that is in force on a day."""
        asked = domain.casefold()
        return next(
            (
                block
                for block in self.block_list
                if (block.until is None or day <= block.until)
                and (asked == block.domain.casefold() or asked.endswith("." + block.domain.casefold()))
            ),
            None,
        )

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [name.casefold() for one in self.competitors for name in (one.name, *one.aliases)]
        if len(set(names)) != len(names):
            raise ValueError("one competitor name is listed twice")
        return self
