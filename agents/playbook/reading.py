"""Reading of a playbook's files, each into its type; what they say together is checked in `loading`."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from agents.playbook.plan_rows import ByHandFile, PlanFile
from agents.playbook.rows import DraftFile, HypothesisFile, QuestionFile, RowFile, Settings
from state.decision.trigger import TriggerMap
from state.errors import NotFound

M = TypeVar("M", bound=BaseModel)
BY_HAND = "plans/by_hand.yaml"
SPECIAL = ("settings.yaml", "questions.yaml", "hypotheses.yaml", "triggers.yaml", BY_HAND)
APART = ("drafts/", "plans/")
"""Folders whose files hold no family of rows."""


class Reader(Protocol):
    """Reads one file of the playbook into its type, by its path below the folder."""

    def __call__(self, name: str, model: type[M], /) -> M:
        """Read and validate. Raises: NotFound, InvalidInput."""
        ...


class FileReader(Protocol):
    """Reads one file into its type."""

    def __call__(self, path: Path, model: type[M]) -> M:
        """Read and validate. Raises: NotFound, InvalidInput naming file, line and field."""
        ...


class PlaybookFiles(BaseModel):
    """Every file of a playbook as it was read, by its path."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: dict[str, RowFile]
    drafts: dict[str, DraftFile]
    plans: dict[str, PlanFile]
    by_hand: ByHandFile
    questions: QuestionFile
    hypotheses: HypothesisFile
    settings: Settings
    triggers: TriggerMap

    @property
    def hash(self) -> str:
        """Digest of everything the files say."""
        return sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()


def read_playbooks(folders: Sequence[Path], read: FileReader) -> PlaybookFiles:
    """Read the playbook from folders in order of preference, file by file.

    Raises: NotFound without any file; InvalidInput naming file, line and field.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    if not found:
        places = ", ".join(str(folder) for folder in folders) or "no folder"
        raise NotFound(f"No playbook in {places}.", field="playbooks", remedy="Restore the shipped folder.")

    def by_name(name: str, model: type[M], /) -> M:
        return read(found[name], model)

    return read_playbook(tuple(found), by_name)


def read_playbook(names: Sequence[str], read: Reader) -> PlaybookFiles:
    """Read every file below the playbook's folder: `drafts/*.yaml`, the special ones, else rows.

    Raises: NotFound, InvalidInput naming file, line and field.
    """
    missing = next((name for name in SPECIAL if name not in names), None)
    if missing is not None:
        raise NotFound(f"The playbook has no {missing}.", field=missing, remedy="Restore the shipped file.")
    row_names = [name for name in sorted(names) if name not in SPECIAL and not name.startswith(APART)]
    plan_names = [name for name in sorted(names) if name not in SPECIAL and name.startswith("plans/")]
    return PlaybookFiles(
        rows={name: read(name, RowFile) for name in row_names},
        drafts={name: read(name, DraftFile) for name in sorted(names) if name.startswith("drafts/")},
        plans={name: read(name, PlanFile) for name in plan_names},
        by_hand=read(BY_HAND, ByHandFile),
        questions=read("questions.yaml", QuestionFile),
        hypotheses=read("hypotheses.yaml", HypothesisFile),
        settings=read("settings.yaml", Settings),
        triggers=read("triggers.yaml", TriggerMap),
    )
