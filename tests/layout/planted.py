"""For each rule, faults it must catch and good twins it must let pass: (path, text)."""

from collections.abc import Callable, Iterator

from tests.layout import rules
from tests.layout.rules import Finding, Source

Rule = Callable[[Source], Iterator[Finding]]
Case = tuple[str, str]


def function(lines: int, *, mark: str = "", indent: str = "") -> str:
    """Write a function of so many lines."""
    body = f"{indent}    x = 1\n" * (lines - 1)
    return f"{indent}async def long():{mark}\n{body}"


LAW = "state/money.py"
STORE = "state/stores/runs.py"
TEST = "tests/unit/test_money.py"

FAULTS: dict[Rule, list[Case]] = {
    rules.long_file: [(LAW, "x = 1\n" * 300)],
    rules.long_function: [(LAW, function(51)), (LAW, "class Money:\n" + function(51, indent="    "))],
    rules.weak_name: [
        ("tools/utils.py", ""),
        ("tools/helpers/__init__.py", ""),
        ("tools/mail.py", "class Manager: ..."),
        ("tools/mail.py", "class MailManager: ..."),
    ],
    rules.missing_docstring: [(LAW, "import re\n"), (LAW, '""" """\n')],
    rules.future_annotations: [("graphs/nodes.py", "from __future__ import annotations\n")],
    rules.broad_except: [
        (LAW, "try: pass\nexcept Exception: pass\n"),
        (LAW, "try: pass\nexcept: pass\n"),
        (LAW, "try: pass\nexcept (ValueError, BaseException): pass\n"),
        (LAW, "try: pass\nexcept Exception as fault: raise OSError from fault\n"),
        (LAW, "with contextlib.suppress(Exception): pass\n"),
    ],
    rules.bare_ignore: [
        (LAW, "x = 1  # type: ignore\n"),
        (LAW, "x = 1  # type: ignore[assignment]\n"),
        (LAW, "x = 1  # pyright: ignore\n"),
    ],
    rules.patched_mock: [
        (TEST, "from unittest.mock import patch\n"),
        (TEST, "from unittest import mock\n"),
        (TEST, "import unittest.mock\n"),
        (TEST, "def test_it(mocker): ...\n"),
    ],
    rules.loose_mapping: [
        (LAW, "def f(x: dict[str, Any]) -> None: ...\n"),
        (LAW, "x: typing.Mapping[str, typing.Any]\n"),
    ],
    rules.short_test_name: [(TEST, "def test_money(): ...\n")],
    rules.untenanted_query: [
        (STORE, "def find(tenant):\n    return select(runs)\n"),
        (STORE, "def find():\n    'Of one tenant.'\n    return select(runs)\n"),
        (STORE, "def wipe(c):\n    c.execute(text('DELETE FROM runs'))\n"),
    ],
}

TWINS: dict[Rule, list[Case]] = {
    rules.long_file: [(LAW, "x = 1\n" * 299), (LAW, "# long: one table, one file\n" + "x = 1\n" * 300)],
    rules.long_function: [(LAW, function(50)), (LAW, function(51, mark="  # long: one table"))],
    rules.weak_name: [("server/api/data_requests.py", "class DataRequest: ...\nclass InfoPage: ...")],
    rules.missing_docstring: [(LAW, '"""Keep amounts with their currency."""\n')],
    rules.future_annotations: [(LAW, "from __future__ import annotations\n")],
    rules.broad_except: [
        (LAW, "try: pass\nexcept ValueError: pass\n"),
        (LAW, "try: pass\nexcept BaseException:\n    undo()\n    raise\n"),
        *((edge, "try: pass\nexcept Exception: pass\n") for edge in rules.EDGES),
    ],
    rules.bare_ignore: [
        (LAW, "x = 1  # type: ignore[assignment]  # the stub is wrong\n"),
        (LAW, "x = 'type: ignore'\n"),
    ],
    rules.patched_mock: [(TEST, "def test_it(monkeypatch): ...\n")],
    rules.loose_mapping: [
        ("tools/connectors/crm.py", "x: dict[str, Any]\n"),
        (LAW, "x: dict[str, object]\n"),
    ],
    rules.short_test_name: [(TEST, "def test_money_keeps_its_currency(): ...\n")],
    rules.untenanted_query: [
        (STORE, "def find(tenant):\n    return select(runs).where(runs.c.tenant == tenant)\n"),
        (STORE, "def find():\n    # no tenant: leases are the machine's\n    return select(leases)\n"),
        (STORE, "def add(c, rows):\n    c.execute(insert(runs), rows)\n"),
        (STORE, "def chosen(rows):\n    return rows.select(1)\n"),
    ],
}
