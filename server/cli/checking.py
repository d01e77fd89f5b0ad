"""One thing that `revloop doctor` looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from state.settings import Settings


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    is_sound: bool
    text: str
    remedy: str = ""


Look = Callable[["Settings"], Iterator[Check]]
