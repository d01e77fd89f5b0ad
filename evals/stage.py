"""The accounts of one case before they are loaded: what a flip may change, in the words of the sources.

Invariant: every time is one of the first cast and moves with the cast; nothing is written here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from evals.dataset import filled
from state.canonical import Json
from state.errors import InvalidInput
from tools.sample import Sample
from tools.sample.diary import Raw, stamp

_SOURCES = {
    "mail": "mail", "meeting": "calendar", "note": "notes", "ticket": "support", "usage": "usage", "news": "news",
    "form": "form",
}  # fmt: skip


@dataclass
class Stage:
    """Accounts by cast key, with their events; people and files that differ from the shipped ones."""

    sample: Sample
    slots: dict[str, str]
    events: dict[str, list[Raw]]
    back: set[str] = field(default_factory=set)
    """Users who are not away after all."""
    blocked: list[str] = field(default_factory=list)
    """Domains that nobody may approach."""
    marked: int = 0

    def day(self, day: str) -> str:
        """Place a day of the first cast in this one."""
        return (date.fromisoformat(day) + self.sample.shift).isoformat()

    def at(self, local: str, zone: str = "America/New_York") -> datetime:
        """Place a local time of the first cast; one that names a slot is of this cast."""
        text = filled(local, self.slots)
        there = datetime.fromisoformat(text if " " in text else f"{text} 09:00")
        return (there if text != local else there + self.sample.shift).replace(tzinfo=ZoneInfo(zone))

    def instant(self, local: str) -> str:
        """Write a New York time of the first cast as UTC."""
        return stamp(self.at(local).astimezone(ZoneInfo("UTC")))

    def add(self, key: str, kind: str, local: str, /, **facts: Json) -> None:
        """Let a source say one more thing."""
        self.marked += 1
        when = self.instant(local)
        self.events.setdefault(key, []).append(
            {
                "id": f"{self.slots[f'{key}.account']}/flip/{self.marked}",
                "account": self.slots[f"{key}.account"],
                "source": _SOURCES.get(kind.partition(".")[0], "crm"),
                "type": kind,
                "time": when,
                "recorded_at": when,
                "data": facts,
            }
        )

    def drop(self, key: str, kind: str, since: str = "2020-01-01", /, names: str = "", **where: Json) -> None:
        """Take back what a source said of a kind, with these fields, naming this one.

        Raises: InvalidInput when it said no such thing.
        """
        first = self.instant(f"{since} 00:00")

        def is_meant(event: Raw) -> bool:
            facts = event["data"]
            assert isinstance(facts, Mapping), "an event's record is an object"
            is_same = all(facts.get(field) == value for field, value in where.items())
            is_named = not names or names in facts
            return event["type"] == kind and str(event["time"]) >= first and is_same and is_named

        kept = [event for event in self.events[key] if not is_meant(event)]
        if len(kept) == len(self.events[key]):
            raise InvalidInput(f"{key} has no {kind} since {since} to take back.", field="flip", value=key)
        self.events[key] = kept

    def facts(self, key: str, kind: str) -> list[dict[str, Json]]:
        """Read what was said of a kind, oldest first."""
        said = [event["data"] for event in self.events[key] if event["type"] == kind]
        return [dict(facts) for facts in said if isinstance(facts, Mapping)]

    def mail(self, key: str, who: str, local: str, text: str, /, **more: Json) -> None:
        """Let a person of the account write to the owner."""
        self.marked += 1
        self.add(
            key,
            "mail.received",
            local,
            mail=f"X-{key}-{self.marked}",
            sender=self.slots[f"{key}.{who}.email"],
            sender_name=self.slots[f"{key}.{who}.name"],
            text=text,
            **more,
        )


Flip: TypeAlias = Callable[[Stage], None]
