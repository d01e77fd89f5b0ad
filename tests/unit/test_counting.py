"""Lines are counted as coverage's own tracer counts them."""

import ast
from pathlib import Path

import pytest
from coverage import Coverage

from tests.counting import NOTES, noted

CODE = '''"""A module."""
from __future__ import annotations
import functools
X: int = 3
"""A text of its own."""

@functools.cache
@functools.wraps(len)
def chosen(n: int) -> str:
    """Choose."""
    match n:
        case 1:
            return "one"
        case 2 | 3:
            found = [
                each for each in "ab"
                if each
            ]
        case _:
            raise ValueError
    return found[0]

class Kept:
    """Kept."""
    of: int = 1

    async def never(self) -> None:
        await self.never()

def tried(n: int) -> list[str]:
    said = []
    for each in (n, 9):
        try:
            with open("/dev/null") as there:
                said.append(chosen(each))
        except ValueError:
            continue
        else:
            said.append("fine")
        finally:
            said.append("over")
    while n:
        n -= 1
    else:
        said.append("none")
    if n:
        said.append("never")
    elif said:
        del said[0]
    return said
'''


def traced(file: Path, calls: str) -> tuple[list[int], set[int]]:
    """Run the file under the tracer. Shape: its statements, and those that ran."""
    cover = Coverage(data_file=None, config_file=False, include=[str(file)])
    space: dict[str, object] = {}
    with cover.collect():
        exec(compile(file.read_text(), str(file), "exec"), space)
        exec(calls, space)
    _, statements, _, missing, _ = cover.analysis2(str(file))
    return statements, {*statements} - {*missing}


def counted(file: Path, calls: str) -> set[int]:
    begun: dict[int, int] = {}
    space: dict[str, object] = {NOTES: begun}
    exec(compile(noted(ast.parse(file.read_text())), str(file), "exec"), space)
    exec(calls, space)
    return set(begun)


@pytest.mark.parametrize("calls", ["", "chosen(1)", "chosen(2)", "tried(0)", "tried(1)", "tried(3)"])
def test_the_same_lines_are_counted_as_a_tracer_counts(calls: str, tmp_path: Path) -> None:
    file = tmp_path / "walked.py"
    file.write_text(CODE)
    statements, ran = traced(file, calls)
    assert counted(file, calls) & {*statements} <= ran
    assert ran - counted(file, calls) <= {12, 14}, "the lines of cases that did not match"
    assert len(ran) > 5
