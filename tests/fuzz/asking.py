"""Rounds of requests: each operation by itself, then by the links between them, with strangers in between.

Invariant: what is asked follows from the description and the seed alone.
"""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.fuzz.calling import BASE, Caller
from tests.fuzz.judging import Tally
from tests.site import FIELDSTONE, Site

Operation = APIOperation[Any, Any, Any, Any]
UNHEEDED = [
    HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example,
]  # fmt: skip
EVERY = 6
"""One in so many requests is a stranger's."""
ODD = 0.3
"""How often a followed link is asked with what else the operation takes."""
STEPS = 8
"""At most so many requests follow from each other."""
COSTLY = {"POST /api/accounts/{account}/prepare": 4, "POST /api/chat": 4}
"""Operations that run a graph are asked that many times less often."""


def settings(examples: int) -> hypothesis.settings:
    """Repeat the same requests at every run."""
    return hypothesis.settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=UNHEEDED,
    )  # fmt: skip


@dataclass(frozen=True)
class Stranger:
    """Somebody who gets nothing."""

    headers: dict[str, str]
    only_above_read: bool = False
    """May look, and nothing else."""


def people(site: Site) -> list[dict[str, str]]:
    """Whoever may ask: an admin's key, a seller's key, and the session of each."""
    sessions = [site.as_(name) for name in ("lee", "maya")]
    return [site.key("lee"), site.key("maya"), *({**one.headers, "x-csrf": one.csrf} for one in sessions)]


def strangers(site: Site) -> list[Stranger]:
    """Whoever may not: nobody, made-up keys, another company's, one that is over, a session without its token."""
    good = site.key("maya")["authorization"]
    return [
        Stranger({}),
        Stranger({"authorization": "Bearer rk_fieldstone." + "A" * 43}),
        Stranger({"authorization": good.replace(f"rk_{FIELDSTONE}.", "rk_other.")}),
        Stranger({"authorization": good[:-1]}),
        Stranger(site.as_("lee", lasts=timedelta(seconds=-1)).headers),
        Stranger(site.as_("lee").headers, only_above_read=True),
        Stranger(site.key("lee", scopes=("read",)), only_above_read=True),
    ]


class Asking:
    """One application under fuzz."""

    def __init__(
        self,
        document: dict[str, object],
        caller: Caller,
        people: Sequence[dict[str, str]],
        strangers: Sequence[Stranger],
        head: Callable[[], object],
    ) -> None:
        self.tally = Tally()
        self.tell: Callable[[Tally], None] = lambda _: None
        """Told after each request."""
        self.caller = caller
        self._people, self._next = people, cycle(people)
        self._strangers = cycle(strangers)
        self._fitting: defaultdict[str, deque[Case[Any]]] = defaultdict(lambda: deque(maxlen=50))
        self._head = head
        self.schema = schemathesis.openapi.from_dict(document)
        self.schema.config.update(base_url=BASE)
        self.schema.config.generation.with_security_parameters = False

    def operations(self) -> Iterator[Operation]:
        """List what is described."""
        for found in self.schema.get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()

    def by_operation(self, examples: int) -> None:
        """Ask each operation by itself, three times as often with what fits as with what does not."""
        for operation in self.operations():
            share = max(1, examples // COSTLY.get(operation.label, 1))
            for mode, number in (
                (GenerationMode.POSITIVE, share),
                (GenerationMode.NEGATIVE, max(1, share // 3)),
            ):
                if mode is GenerationMode.NEGATIVE and not _has_input(operation):
                    continue
                strategy = operation.as_strategy(generation_mode=mode)
                settings(number)(hypothesis.given(case=strategy)(self._function(mode)))()

    def by_links(self, cases: int) -> None:
        """Follow links from answers, as one who is signed in; what no link gives is as it was asked before."""
        known = {str(one.definition.raw["operationId"]): one for one in self.operations()}
        begins = [name for name, one in sorted(known.items()) if links_of(one) and "{" not in one.path]
        draws = random.Random(cases)
        until = self.tally.cases + cases
        while self.tally.cases < until:
            case = self._again(known[draws.choice(begins)], draws, {}, None)
            who = draws.choice(self._people[-2:])
            for _ in range(STEPS):
                answer = self._judged(case, who)
                onward = [one for one in followed(case, answer) if self._fitting[known[one[0]].label]]
                if not onward:
                    break
                link, values, body = draws.choice(onward)
                case = self._again(known[link], draws, values, body)
                self.tally.links += 1

    def _again(
        self,
        operation: Operation,
        draws: random.Random,
        values: dict[str, str],
        body: dict[str, Any] | None,
    ) -> Case[Any]:
        """Ask as before, with what a link gives."""
        before = draws.choice(self._fitting[operation.label])
        names = {one["name"] for one in operation.definition.raw.get("parameters", ()) if one["in"] == "path"}
        inside = {name: value for name, value in values.items() if name in names}
        asked = {name: value for name, value in values.items() if name not in names}
        given: dict[str, Any] = {"body": body} if body is not None else {"body": before.body}
        return operation.Case(
            path_parameters={**(before.path_parameters or {}), **inside},
            query={**(before.query or {} if draws.random() < ODD else {}), **asked},
            media_type=before.media_type,
            **given,
        )

    def _function(self, mode: GenerationMode) -> Callable[[Case[Any]], None]:
        def asked(case: Case[Any]) -> None:
            if mode is GenerationMode.POSITIVE:
                self._fitting[case.operation.label].append(case)
            self._judged(case, next(self._next))

        return asked

    def _judged(self, case: Case[Any], who: dict[str, str]) -> Response:
        if self.tally.cases % EVERY == 0:
            self._asked_by_stranger(case)
        answer = self.caller(case, who)
        self.tally.judge(case, answer)
        self.tell(self.tally)
        return answer

    def _asked_by_stranger(self, case: Case[Any]) -> None:
        required = case.operation.definition.raw.get("security")
        if not required:
            return
        who = next(self._strangers)
        needs_more = "read" not in next(iter(required[0].values()))
        if who.only_above_read and (not needs_more or case.method == "GET"):
            return
        before = self._head()
        answer = self.caller(case, who.headers)
        self.tally.judge_stranger(case, answer, has_changed=before != self._head())


def _has_input(operation: Operation) -> bool:
    raw = operation.definition.raw
    return bool(raw.get("parameters") or raw.get("requestBody"))


def links_of(operation: Operation, status: int = 200) -> dict[str, dict[str, Any]]:
    """Read the links of an answer as the document has them."""
    found: dict[str, dict[str, Any]] = (
        operation.definition.raw["responses"].get(str(status), {}).get("links", {})
    )
    return found


def followed(
    case: Case[Any], answer: Response
) -> Iterator[tuple[str, dict[str, str], dict[str, Any] | None]]:
    """List what follows from an answer: operation, parameters and body; a link whose value is missing follows not."""
    for link in links_of(case.operation, answer.status_code).values():
        values = {name: value_of(said, case, answer) for name, said in link.get("parameters", {}).items()}
        body = {name: value_of(said, case, answer) for name, said in link.get("requestBody", {}).items()}
        if None not in (*values.values(), *body.values()):
            yield str(link["operationId"]), {name: str(value) for name, value in values.items()}, body or None


def value_of(said: str, case: Case[Any], answer: Response) -> object:
    """Read a runtime expression. Source: OpenAPI 3.1, runtime expressions."""
    place, _, pointer = said.partition("#")
    if place.startswith("$request.path."):
        return (case.path_parameters or {}).get(place.removeprefix("$request.path."))
    found: Any = answer.json()
    for part in pointer.strip("/").split("/"):
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (LookupError, TypeError, ValueError):
            return None
    return found
