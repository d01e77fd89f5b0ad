"""Progress on the error stream, so that standard output holds the result alone; silent where nobody watches."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from server.cli.printing import screen

Step = Callable[[int, int], None]
"""Told how many of how many are done."""


@contextmanager
def bar(title: str, *, quiet: bool = False) -> Generator[Step, None, None]:
    """Show a bar while something is counted."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = screen(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=quiet or not console.is_terminal
    ) as shown:
        task = shown.add_task(title, total=None)

        def step(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        yield step
