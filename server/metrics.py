"""What Prometheus reads: counts of this process, and how the company stands of whoever asks.

Invariant: no name of an account, a person's address or a word of a record is among them.
Source: Prometheus text format 0.0.4.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphs.telling.displaying import sees_all
from graphs.working.jobs import heard_last
from server.auth import Caller
from server.home import Home
from server.shield import BOUNDS, Counts
from state.governance.action import OPEN
from state.ids import UserId
from state.ports.queueing import JobState
from state.ports.unit import Unit

IN_HAND = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)
Sample = tuple[Mapping[str, object], float]


@dataclass(frozen=True, slots=True)
class Family:
    """One name with its values."""

    name: str
    kind: str
    """counter, gauge or histogram."""
    told: str
    samples: Sequence[Sample]
    """Shape: labels → value; of a histogram the label `le` says the bound, and `part` sum or count."""

    def lines(self) -> Iterator[str]:
        """Write it as Prometheus reads it."""
        yield f"# HELP revloop_{self.name} {self.told}"
        yield f"# TYPE revloop_{self.name} {self.kind}"
        for labels, value in self.samples:
            part = labels.get("part") or ("bucket" if "le" in labels else "")
            inside = ",".join(f'{key}="{_quoted(said)}"' for key, said in labels.items() if key != "part")
            name = f"revloop_{self.name}{'_' if part else ''}{part}"
            yield f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def _quoted(said: object) -> str:
    return str(said).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def page(home: Home, caller: Caller, counts: Counts) -> str:
    """Write everything there is for whoever asks."""
    with home.looking.stores.read(caller.tenant) as unit:
        families = [*_of_process(counts), _workers(home), _jobs(home), *_of_company(home, caller, unit)]
    return "".join(f"{line}\n" for family in families for line in family.lines())


def _of_process(counts: Counts) -> Iterator[Family]:
    answered = [
        ({"method": method, "status": status}, number)
        for (method, status), number in sorted(counts.answered.items())
    ]
    yield Family("requests_total", "counter", "Answers of this process.", answered)
    told = "Seconds until an answer of this process began."
    yield Family("request_seconds", "histogram", told, list(_histogram(counts)))
    yield Family("upkeep_rounds_total", "counter", "Looks at what is due.", [({}, counts.ticks)])
    told = "Looks at what is due that failed; each kind of failure is in the ledger."
    yield Family("upkeep_failures_total", "counter", told, [({}, counts.failures)])
    yield Family("streams", "gauge", "Open change streams.", [({}, counts.streams)])
    told = "Spans that could not be sent, or came faster than they could."
    yield Family("spans_lost_total", "counter", told, [({}, counts.lost())])


def _histogram(counts: Counts) -> Iterator[Sample]:
    below = 0
    for bound, number in zip((*BOUNDS, "+Inf"), counts.took, strict=True):
        below += number
        yield {"le": bound}, below
    yield {"part": "sum"}, counts.took_seconds
    yield {"part": "count"}, below


def _workers(home: Home) -> Family:
    wall = home.clock.wall()
    alive = sum(one.until > wall for one in heard_last(home.looking))
    return Family("workers", "gauge", "Processes that take jobs and were heard lately.", [({}, alive)])


def _jobs(home: Home) -> Family:
    queued = home.queued(IN_HAND)
    told = "Jobs of all companies; a waiting one may be for later."
    return Family(
        "jobs", "gauge", told, [({"state": state.value}, queued.get(state, 0)) for state in IN_HAND]
    )


def _of_company(home: Home, caller: Caller, unit: Unit) -> Iterator[Family]:
    own = {"tenant": caller.tenant}
    stop, seq, waiting = unit.actions.stop(), unit.ledger.head().seq, unit.actions.counts()
    yield Family("ledger_entries_total", "counter", "Entries of the ledger.", [(own, seq)])
    yield Family("stopped", "gauge", "1 while a stop switch is on.", [(own, int(stop.is_on))])
    told = "1 while the database is not the one that worked here last: nothing is sent."
    yield Family("restored", "gauge", told, [(own, int(caller.tenant in home.restored))])
    told = "Open actions; an ambiguous one waits for a person to say whether it happened."
    actions = [({**own, "status": status.value}, waiting.get(status, 0)) for status in OPEN]
    yield Family("actions", "gauge", told, actions)
    told = "Events that are not folded into their account yet."
    yield Family("events_waiting", "gauge", told, [(own, unit.events.waiting())])
    person = None if sees_all(caller.principal) else caller.principal.user
    told = "Approvals; hasty: under 2 s from display, undisplayed: never shown there."
    yield Family("approvals_total", "counter", told, list(_approvals(own, unit, person)))


def _approvals(own: Mapping[str, object], unit: Unit, person: UserId | None) -> Iterator[Sample]:
    for one in unit.actions.paces(person):
        read = one.approvals - one.hasty - one.undisplayed
        for how, number in (("hasty", one.hasty), ("undisplayed", one.undisplayed), ("read", read)):
            yield {**own, "user": one.person, "how": how}, number
