"""The rules on text and on what is installed: places, marks, locks, promised commands, owners of names."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from tests.layout.rules import Finding

HOSTS = r"py[p]i\.org|python[h]osted|registry\.[n]pmjs|deb\.[d]ebian"
FOLDERS = r"/wor[k]/[a-z.]|/far[m]/|/roo[t]/|/hom[e]/\w+/|/User[s]/\w+/"
PLACES = re.compile(f"{HOSTS}|{FOLDERS}")
"""A registry's host or a path of somebody's machine; spelled so that these lines are not one."""

MARKS = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b")
OPTION = r"^\s*-{1,2}(index-url|extra-index-url|find-links|trusted-host|i|f)\b"
ADDRESS = re.compile(rf"{OPTION}|://| @ |^\s*(\.|/)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def place(text: str) -> Iterator[Finding]:
    """Refuse a registry's host name and a machine's path."""
    yield from _lines(text, PLACES, "names a host or a machine")


def unfinished(text: str) -> Iterator[Finding]:
    """Refuse an unfinished mark: it is an issue or it is done."""
    yield from _lines(text, MARKS, "unfinished")


def loose_lock(text: str) -> Iterator[Finding]:
    """Refuse a lock that holds an address or a requirement without a hash."""
    body = "\n".join("" if line.startswith("#") else line for line in text.splitlines())
    yield from _lines(body, ADDRESS, "an address")
    for block in re.split(r"\n(?=[a-zA-Z0-9])", body.strip()):
        if "==" not in block.partition("\n")[0] or not HASH.search(block):
            yield Finding(0, f"no pinned version or no hash: {block.partition(chr(10))[0]}")


def _lines(text: str, pattern: re.Pattern[str], message: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            yield Finding(number, f"{message}: {line.strip()[:120]}")


def code(markdown: str) -> str:
    """Give only what a page shows as code: fenced blocks and inline spans."""
    fences = re.findall(r"^```.*?\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", markdown)
    return "\n".join((*fences, *spans))


def unknown_commands(markdown: str, program: str, known: frozenset[str]) -> Iterator[str]:
    """Yield the commands of a program that a page shows and the program does not have."""
    shown = re.findall(rf"(?:^|[\s/;&|$]){program} +([a-z][\w-]*)", code(markdown), re.MULTILINE)
    yield from sorted(set(shown) - known)


def targets(makefile: str) -> frozenset[str]:
    """List the targets of a Makefile."""
    return frozenset(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))


def foreign_owners(
    names: tuple[str, ...], owners: Mapping[str, list[str]], own: str = "revloop"
) -> Iterator[tuple[str, str]]:
    """Yield each of our top-level names that another distribution installs, with that distribution."""
    yield from ((name, owner) for name in names for owner in owners.get(name, []) if owner != own)


def undeclared(
    imported: Iterable[str], owners: Mapping[str, list[str]], declared: frozenset[str]
) -> Iterator[str]:
    """Yield each third-party package that is imported and that no declared distribution installs."""
    for name in sorted(set(imported) - sys.stdlib_module_names):
        if declared.isdisjoint(map(normalized, owners.get(name, []))):
            yield name


def normalized(requirement: str) -> str:
    """Give a requirement's distribution as the index spells it, without extras or version."""
    name = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", name.group()).lower() if name else ""
