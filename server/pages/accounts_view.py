"""What the pages of accounts show: the rows of a search, and everything known of one account at a moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from urllib.parse import quote

from markupsafe import Markup
from rapidfuzz import fuzz, process

from graphs.perceiving.correctable import FieldOut
from graphs.telling.overlook import differences, overlook
from graphs.telling.portrait import portrait
from graphs.telling.report import CitedOut
from server.auth import Caller
from server.home import Home, reader_of
from server.render.situation_picture import rows_of, situation_svg
from server.render.usage_chart import usage_svg, usage_words
from server.render.words import SOURCES
from state.errors import NotFound
from state.governance.action import OPEN
from state.ids import AccountId
from state.ports.world import AccountRow
from state.world.business_time import local_day
from state.world.lookout import Live
from state.world.resolution.spelling import plain
from state.world.signal import Severity

PAGE = 50
NEAR = 75
"""How alike a name must be to a search that matches none."""
TONES = {
    "CRITICAL": "bad", "AT_RISK": "bad", "CHURNED": "bad", "LOST": "bad", "STALLED": "bad", "WATCH": "warn",
    "QUIET": "warn", "DORMANT": "warn", "HEALTHY": "good", "EXPANDING": "good", "ADVANCING": "good",
    "ENGAGED": "good", "DOWN": "bad", "UP": "good", "MIXED": "warn", "high": "bad", "medium": "warn",
}  # fmt: skip
"""Which chip says it; the word itself stands there too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account in the list."""

    row: AccountRow
    live: tuple[Live, ...]
    waits: int


def row_of(home: Home, caller: Caller, account: str) -> AccountRow:
    """Find an account by its id. Raises: NotFound."""
    with home.looking.stores.read(caller.tenant) as unit:
        row = unit.situations.account(AccountId(account))
    if row is None:
        raise NotFound(
            "There is no such account.", field="account", value=account, remedy="Search in the list."
        )
    return row


def list_context(home: Home, caller: Caller, wanted: str, at: int, *, is_mine: bool) -> dict[str, object]:
    """Collect one page of the accounts that a search finds."""
    with home.look(caller.tenant) as tenancy:
        names = {str(user.id): user.name for user in tenancy.users}
    with home.looking.stores.read(caller.tenant) as unit:
        everything = unit.situations.accounts()
        mine = [row for row in everything if not is_mine or row.owner == caller.principal.user]
        found = searched(mine, wanted, names)
        shown = found[(at - 1) * PAGE : at * PAGE]
        views = unit.views.rows([row.account for row in shown])
        waits = Counter(str(action.account) for action in unit.actions.listed(OPEN))
    lines = [
        Line(row, _telling(views[row.account].live) if row.account in views else (), waits[row.account])
        for row in shown
    ]
    return {
        "rows": lines, "q": wanted, "at": at, "count": len(found), "total": len(everything), "mine": is_mine,
        "pages": max(1, -(-len(found) // PAGE)), "tones": TONES,
    }  # fmt: skip


def _telling(live: Sequence[Live]) -> tuple[Live, ...]:
    """Take the two most severe kinds, each once."""
    kinds = {one.name: one for one in reversed(live) if one.severity.rank >= Severity.MEDIUM.rank}
    return tuple(reversed(kinds.values()))[:2]


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """Fold a text for comparing; the same ten thousand are searched again and again."""
    return plain(text)


def searched(rows: Sequence[AccountRow], wanted: str, names: Mapping[str, str]) -> Sequence[AccountRow]:
    """Find rows whose words hold every word of the search; where none does, the names that are nearly so."""
    words = plain(wanted).split()
    if not words:
        return rows
    texts = [
        folded(
            " ".join((row.name, *row.aliases, row.domain or "", names.get(str(row.owner), ""), row.status))
        )
        for row in rows
    ]
    exact = [row for row, text in zip(rows, texts, strict=True) if all(word in text for word in words)]
    if exact:
        return exact
    near = process.extract(
        plain(wanted), [folded(row.name) for row in rows], scorer=fuzz.WRatio, limit=5, score_cutoff=NEAR
    )
    return [rows[place] for _, _, place in near]


def account_context(home: Home, caller: Caller, row: AccountRow, at: datetime | None) -> dict[str, object]:
    """Collect everything the page of an account shows. Raises: NotFound when nothing was known by then."""
    with home.look(caller.tenant) as tenancy:
        state = overlook(home.looking, tenancy, row, at)
        beside = portrait(home.looking, tenancy, row, at)
        changed = differences(home.looking, tenancy, row, None, at)
        zone = tenancy.profile.company.zone
        link = tenancy.profile.company.crm_account_url
        reader, managers = reader_of(tenancy), {str(user.id): user.manager for user in tenancy.users}
    today, known = local_day(reader.now, zone), local_day(beside.since, zone)
    day = local_day(at, zone) if at else today
    fixing: dict[str, object] = (
        {"fix": partial(fix, beside.fields)} if beside.fields and caller.may("approve") else {}
    )
    return fixing | {
        "me": caller, "row": row, "state": state, "beside": beside, "changed": changed, "reader": reader,
        "manager": managers.get(str(state.owner)), "is_past": at is not None, "day": day, "today": today,
        "known": known, "span": max(1, (today - known).days), "back": (day - today).days, "tones": TONES,
        "picture": Markup(situation_svg(state.picture)), "twin": rows_of(state.picture),  # noqa: S704 - ours
        "chart": Markup(usage_svg(beside.usage)) if beside.usage else None,  # noqa: S704 - ours
        "crm_link": link.replace("{account}", quote(str(row.account), safe="")) if link else "",
        "made": [one for one in beside.past if one.status == "executed"],
        "chart_words": usage_words(beside.usage) if beside.usage else "", "error": None, "said": False, "wrong": "",
        "source_names": SOURCES,
    }  # fmt: skip


def fix(fields: Sequence[FieldOut], evidence: Sequence[CitedOut]) -> str:
    """Lead from what a sentence rests on to the form that puts it right, with the value chosen where it is one."""
    known = {(one.subject.partition("/")[2], one.attribute): one for one in fields}
    found = next((known[key] for one in evidence if (key := (one.record, one.field)) in known), None)
    return f"?wrong={quote(f'{found.subject}|{found.attribute}' if found else '1')}#put-right"
