"""Public meetings and the lines labelled in them by hand; a transcript that is not the labelled one is refused."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from state.errors import InvalidInput, NotFound
from state.evidence import Trust
from state.world.meeting_summary import ItemKind, MeetingNote
from state.world.records import NoteAdded
from tools.files import load_model

LABELS = Path(__file__).parent / "datasets" / "meetings" / "lines.yaml"
FOLDER = Path("..", "shared", "data", "qmsum", "Product", "val")
"""Beside the checkout."""
KINDS = (ItemKind.DECISION, ItemKind.COMMITMENT, ItemKind.NEXT_STEP)
SAID_ON = date(2026, 3, 10)
"""The transcripts carry no day; no label depends on one."""
Split = Literal["develop", "report"]


class Labelled(BaseModel):
    """What a person marked in one meeting: line numbers by kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    split: Split
    decision: tuple[int, ...] = ()
    commitment: tuple[int, ...] = ()
    next_step: tuple[int, ...] = ()

    def of(self, kind: ItemKind) -> tuple[int, ...]:
        """Give the lines of one kind."""
        return {
            ItemKind.DECISION: self.decision,
            ItemKind.COMMITMENT: self.commitment,
            ItemKind.NEXT_STEP: self.next_step,
        }[kind]


class _Labels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    meetings: tuple[Labelled, ...]


class _Turn(BaseModel):
    speaker: str
    content: str


class _Query(BaseModel):
    answer: str


class Meeting(BaseModel):
    """One transcript with its reference summary."""

    meeting_transcripts: tuple[_Turn, ...]
    general_query_list: tuple[_Query, ...] = Field(min_length=1)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line a turn, as a transcript of ours is written."""
        return tuple(f"{one.speaker}: {' '.join(one.content.split())}" for one in self.meeting_transcripts)

    @property
    def reference(self) -> str:
        """The summary a person wrote."""
        return self.general_query_list[0].answer


def labels(path: Path = LABELS) -> tuple[Labelled, ...]:
    """Read the labels. Raises: NotFound, InvalidInput."""
    return load_model(path, _Labels).meetings


def meeting(labelled: Labelled, folder: Path) -> Meeting:
    """Read a labelled transcript. Raises: NotFound when it is not there, InvalidInput when it is another text."""
    path = folder / labelled.file
    if not path.is_file():
        raise NotFound(
            f"{path} is not a file.",
            field="folder",
            value=str(folder),
            remedy="Name the folder of the transcripts.",
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != labelled.sha256:
        raise InvalidInput(
            f"{labelled.file} is not the text that was labelled.", field="sha256", value=labelled.sha256,
            remedy="Label it anew, or fetch the version that was labelled.",
        )  # fmt: skip
    try:
        return Meeting.model_validate(json.loads(content))
    except (ValidationError, json.JSONDecodeError) as error:
        raise InvalidInput(
            f"{labelled.file} is no transcript: {error}.", field="file", value=labelled.file
        ) from error


def as_note(name: str, lines: tuple[str, ...]) -> MeetingNote:
    """Put a transcript into the note that a seller would have added."""
    note = NoteAdded(note=name, author="manager", kind="transcript", text="\n".join(lines))
    return MeetingNote(note, SAID_ON, Trust.USER)
