"""What an answer may be: described, never a failure of ours, and nothing for somebody who is nobody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from schemathesis import Case, Response
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

load_all_checks()
DESCRIBED = (
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)
CHECKED = cast("Any", [CHECKS.get_one(name) for name in DESCRIBED])


@dataclass
class Tally:
    """What came of all requests."""

    cases: int = 0
    strangers: int = 0
    """Requests of somebody who is nobody, or who may not."""
    links: int = 0
    """Requests that followed from an answer."""
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    """Answers 5xx."""
    undescribed: list[str] = field(default_factory=list)
    """Answers that the description does not have."""
    passed: list[str] = field(default_factory=list)
    """Answers that somebody should not have got, or what they changed."""

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found."""
        return not (self.failed or self.undescribed or self.passed)

    def judge(self, case: Case[Any], response: Response) -> None:
        """Hold an answer against the description."""
        self.cases += 1
        self.answered[case.operation.label, response.status_code] += 1
        if response.status_code >= 500:
            self.failed.append(_said(case, response, "5xx"))
            return
        try:
            case.validate_response(response, checks=CHECKED)
        except FailureGroup as found:
            for one in found.exceptions:
                self.undescribed.append(_said(case, response, str(one).partition("\n")[0]))

    def judge_stranger(self, case: Case[Any], response: Response, *, has_changed: bool) -> None:
        """Hold what a stranger got against what a stranger may get.

        A body that is no JSON is refused before anybody is asked who they are.
        """
        self.cases += 1
        self.strangers += 1
        self.answered[case.operation.label, response.status_code] += 1
        is_unreadable = isinstance(case.body, bytes) and response.status_code in (400, 422)
        if has_changed or not (response.status_code in (401, 403) or is_unreadable):
            self.passed.append(_said(case, response, "let through"))

    def lines(self) -> Iterator[str]:
        """Lay the tally out."""
        by_class = Counter(f"{status // 100}xx" for (_, status), n in self.answered.items() for _ in range(n))
        operations = len({label for label, _ in self.answered})
        yield f"cases {self.cases:,}  operations {operations}  " + "  ".join(
            f"{name} {number:,}" for name, number in sorted(by_class.items())
        )
        yield f"followed links {self.links:,}  by strangers {self.strangers:,}"
        rows = {"5xx": self.failed, "undocumented": self.undescribed, "let through": self.passed}
        for name, found in rows.items():
            yield f"{name}: {len(found)}"
            yield from (f"  {one}" for one in sorted(set(found))[:20])


def _said(case: Case[Any], response: Response, what: str) -> str:
    asked = f"{case.operation.label} {str(response.request.url)[:120]} {str(case.body)[:160]}"
    return f"{what}: {asked} -> {response.status_code} {response.content[:160]!r}"
