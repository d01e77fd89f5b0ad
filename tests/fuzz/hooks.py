"""`python -m tests.fuzz.hooks --cases 10000`: forged, stale and replayed webhooks, and what they moved.

Invariant: an attack counts only if its kind succeeds with the guard taken away in the same run.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from graphs.perceiving import hooking
from server import webhooks
from tests.fuzz.calling import Caller, asking
from tests.fuzz.stage import far, staged
from tests.site import FIELDSTONE, Site
from tools.connectors.webhook import Genuine, key_of, signature
from tools.connectors.webhook_secrets import add_secret, secrets_of

CONNECTOR = "support"
EACH = 12
"""Attacks of each kind that are tried without the guard."""
FRESH_AFTER = 500
"""Attacks, then something true is sent anew: a replay is to be of what still counts as fresh."""


@dataclass(frozen=True)
class Sent:
    """One delivery as it goes over the wire."""

    headers: Mapping[str, str]
    body: bytes
    connector: str = CONNECTOR


class Sender:
    """Signs as the real one does; its clock is the server's."""

    def __init__(self, site: Site) -> None:
        folder = site.home.settings.tenant_folder(FIELDSTONE)
        self.secrets = {name: add_secret(folder, name) for name in (CONNECTOR, "usage")}
        self._now = site.home.clock.wall
        self._numbers = count(1)

    def name(self) -> str:
        """Give a fresh delivery's id."""
        return f"msg_{next(self._numbers)}"

    def body(self, text: str) -> bytes:
        """Write an event: a ticket that somebody opened."""
        data = {"ticket": f"T-{text}", "subject": f"{text} is down", "severity": 2, "status": "open"}
        at = "2026-03-09T09:00:00Z"
        return json.dumps({"type": "ticket.updated", "account": "acme", "time": at, "data": data}).encode()

    def signed(
        self, name: str, body: bytes, *, at: datetime | None = None, connector: str = CONNECTOR
    ) -> dict[str, str]:
        """Sign a delivery."""
        when = at or self._now()
        key = key_of(self.secrets[connector])
        assert key is not None
        return {
            "webhook-id": name,
            "webhook-timestamp": str(int(when.timestamp())),
            "webhook-signature": signature(key, name, when, body),
        }

    def genuine(self, name: str, text: str) -> Sent:
        """Send what is true."""
        body = self.body(text)
        return Sent(self.signed(name, body), body)

    def now(self) -> datetime:
        """Tell the time."""
        return self._now()


Attack = Callable[[Sender, random.Random, Sent], Sent]
Post = Callable[[Sent], int]
"""Sends one; gives the status."""


def _fresh(sender: Sender, draws: random.Random) -> tuple[str, bytes]:
    return sender.name(), sender.body(str(draws.getrandbits(40)))


def unsigned(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Leave one of the three headers out."""
    name, body = _fresh(sender, draws)
    headers = sender.signed(name, body)
    headers.pop(draws.choice(["webhook-signature", "webhook-timestamp"]))
    return Sent(headers, body)


def another_key(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Sign with a key of one's own."""
    name, body = _fresh(sender, draws)
    made = signature(draws.randbytes(32), name, sender.now(), body)
    return Sent({**sender.signed(name, body), "webhook-signature": made}, body)


def another_sender(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Be a sender who may send, and speak as another."""
    name, body = _fresh(sender, draws)
    return Sent(sender.signed(name, body, connector="usage"), body)


def another_body(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Put another body, or another id, under a signature that was seen."""
    _, body = _fresh(sender, draws)
    return Sent({**seen.headers, "webhook-id": sender.name()}, draws.choice([body, seen.body]))


def near_miss(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Change one character of a signature, or cut it."""
    name, body = _fresh(sender, draws)
    headers = sender.signed(name, body)
    good = headers["webhook-signature"]
    place = draws.randrange(3, len(good) - 2)
    other = "A" if good[place] != "A" else "B"
    headers["webhook-signature"] = draws.choice(
        [good[:place] + other + good[place + 1 :], good[:place], "v1,"]
    )
    return Sent(headers, body)


def another_scheme(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Claim a version of signatures that is not in force."""
    name, body = _fresh(sender, draws)
    headers = sender.signed(name, body)
    headers["webhook-signature"] = draws.choice(["v1a", "v0", "v2", ""]) + headers["webhook-signature"][2:]
    return Sent(headers, body)


def stale(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Keep a good signature for too long, or make it ahead of time."""
    name, body = _fresh(sender, draws)
    off = timedelta(minutes=6, seconds=draws.randrange(10**6))
    return Sent(sender.signed(name, body, at=sender.now() + draws.choice([-off, off])), body)


def replayed(sender: Sender, draws: random.Random, seen: Sent) -> Sent:
    """Send again what was taken."""
    return seen


ATTACKS: tuple[Attack, ...] = (
    unsigned, another_key, another_sender, another_body, near_miss, another_scheme, stale, replayed,
)  # fmt: skip


@dataclass
class Score:
    """What came of the attacks."""

    tried: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    unguarded: Counter[str] = field(default_factory=Counter)

    def lines(self) -> Iterator[str]:
        """Lay it out."""
        yield f"{'attack':<16}{'tried':>8}{'effects':>9}{'effects without guard':>24}"
        for name in self.tried:
            yield f"{name:<16}{self.tried[name]:>8}{self.moved[name]:>9}{self.unguarded[name]:>20} of {EACH}"

    @property
    def holds(self) -> bool:
        """Tell whether nothing was moved, and everything would have been."""
        return not self.moved.total() and all(self.unguarded[name] == EACH for name in self.tried)


def moved(site: Site) -> Callable[[], bool]:
    """Say at each call whether anything is other than at the call before: events, ledger, outbox."""
    last = [_standing(site)]

    def has_moved() -> bool:
        before, last[0] = last[0], _standing(site)
        return before != last[0]

    return has_moved


def _standing(site: Site) -> tuple[object, ...]:
    with site.home.looking.stores.read(FIELDSTONE) as unit:
        head, events = unit.ledger.head(), unit.events.counts()
    return head.seq, head.hash, sorted(events.items()), sorted(site.home.settings.home.rglob("*.eml"))


def attack(
    site: Site, post: Post, cases: int, *, seed: int = 1, tell: Callable[[Score], None] = lambda _: None
) -> Score:
    """Try every kind of attack, first as things stand, then without the guard."""
    sender, draws, score = Sender(site), random.Random(seed), Score()
    seen = sender.genuine(sender.name(), "the first")
    assert post(seen) == 202
    assert post(seen) == 200
    has_moved = moved(site)
    for number in range(cases):
        kind = ATTACKS[number % len(ATTACKS)]
        if number % FRESH_AFTER == 0 and number:
            tell(score)
            seen = sender.genuine(sender.name(), f"again {number}")
            assert post(seen) == 202
            has_moved()
        wanted = 200 if kind is replayed else 401
        is_refused = post(kind(sender, draws, seen)) == wanted
        score.tried[kind.__name__] += 1
        score.moved[kind.__name__] += has_moved() or not is_refused
    _without_guard(site, post, sender, draws, seen, score)
    return score


def _without_guard(
    site: Site, post: Post, sender: Sender, draws: random.Random, seen: Sent, score: Score
) -> None:
    """Take verification and the memory of ids away, and see every kind succeed."""
    numbers, has_moved = count(), moved(site)

    def believed(headers: Mapping[str, str], *_: object) -> Genuine:
        return Genuine(headers["webhook-id"] or sender.name(), sender.now())

    def forgotten(connector: str, delivery: str) -> str:
        return f"{connector}:{delivery}:{next(numbers)}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(webhooks, "verify", believed)
        patch.setattr(hooking, "name_of", forgotten)
        for kind in ATTACKS:
            for _ in range(EACH):
                post(kind(sender, draws, seen))
                score.unguarded[kind.__name__] += has_moved()


def _posted(caller: Caller, sent: Sent) -> int:
    return caller.post(f"/webhooks/{FIELDSTONE}/{sent.connector}", sent.body, sent.headers)


def _told(cases: int, score: Score) -> None:
    far(score.tried.total(), cases, f"{score.moved.total()} effects")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.hooks", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="a demo's home to copy; one is made where none is given")
    parser.add_argument("--server", action="store_true", help="on PostgreSQL, in a database of its own")
    asked = parser.parse_args(arguments)
    began = time.process_time()
    with staged(asked.home, on_server=asked.server) as site, asking(site.app) as caller:
        score = attack(site, partial(_posted, caller), asked.cases, tell=partial(_told, asked.cases))
        assert len(secrets_of(site.home.settings.tenant_folder(FIELDSTONE), CONNECTOR)) == 1
    print("\n".join(score.lines()))
    print(
        f"{score.tried.total():,} webhooks, {score.moved.total()} effects, {time.process_time() - began:.1f} s CPU"
    )
    return 0 if score.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
