"""memory.search and news.search: passages and reports about an account; neither leaves the tenant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from state.ids import AccountId
from state.ports.deciding import Recollection
from state.ports.world import recollected
from state.world.knowledge import DRAFTABLE
from tools.catalog.task import Arguments, Found
from tools.catalog.tool import Desk, reads
from tools.catalog.words import Line
from tools.recall import recall


class SearchArguments(Arguments):
    """Words to look for, and where: in the account's own texts, or in documents whose words may leave."""

    words: Line
    where: Literal["account", "knowledge"] = "account"
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class PassageFound(Found):
    """One passage, with where it stands and how far it may be believed."""

    title: str
    text: str
    scope: str
    trust: str
    observed_at: datetime


class PassagesFound(Found):
    """The best first."""

    passages: tuple[PassageFound, ...]


def _recollections(arguments: SearchArguments, desk: Desk) -> Sequence[Recollection]:
    """Look where it was asked; of the company's documents only in those whose words may leave."""
    memory = desk.unit.memory
    if arguments.where == "knowledge":
        found = recall(memory, arguments.words, [scope.value for scope in DRAFTABLE], arguments.limit)
        return [recollected(one.passage, one.score) for one in found.found]
    return memory.search(arguments.words, AccountId(desk.about.view.identifier), arguments.limit)


def _search(arguments: SearchArguments, desk: Desk) -> PassagesFound:
    found = _recollections(arguments, desk)
    return PassagesFound(
        passages=tuple(
            PassageFound(
                title=one.title,
                text=one.text,
                scope=one.scope,
                trust=one.trust.value,
                observed_at=one.evidence.observed_at,
                evidence=(one.evidence.id,),
            )
            for one in found
        )
    )


class NewsArguments(Arguments):
    """Words of the headline; none: all of it."""

    words: Line | None = None
    limit: Annotated[int, Field(ge=1, le=20)] = 8


class ReportFound(Found):
    """One public report; its text was written by somebody outside."""

    headline: str
    kind: str
    matched_by: str
    at: datetime


class NewsFound(Found):
    """The newest first."""

    news: tuple[ReportFound, ...]


def _news(arguments: NewsArguments, desk: Desk) -> NewsFound:
    wanted = (arguments.words or "").casefold().split()
    reports = sorted(desk.about.view.news, key=lambda one: (-one.at.timestamp(), one.key))
    found = [one for one in reports if all(word in one.headline.casefold() for word in wanted)]
    return NewsFound(
        news=tuple(
            ReportFound(
                headline=one.headline,
                kind=one.news_kind,
                matched_by=one.matched_by,
                at=one.at,
                evidence=tuple(item.id for item in one.cite("headline")),
            )
            for one in found[: arguments.limit]
        )
    )


MEMORY_SEARCH = reads(
    "memory.search",
    "Find passages of the account's own notes, mails and forms, or of documents that may be sent.",
    "MED",
    SearchArguments,
    PassagesFound,
    _search,
    uses_store=True,
)
NEWS_SEARCH = reads(
    "news.search",
    "Find reports about the company among those already received.",
    "CHEAP",
    NewsArguments,
    NewsFound,
    _news,
)
READS = (MEMORY_SEARCH, NEWS_SEARCH)
