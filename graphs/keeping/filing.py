"""The files a company goes by beside its policy: read as they stand, kept as text, read back as what they say.

Invariant: whatever runs reads what was put in force; what stands in a folder is a draft until it is activated.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from agents.playbook import Playbook
from agents.playbook.loading import made_ready
from agents.playbook.reading import PlaybookFiles, read_playbooks
from state.errors import Unavailable
from state.ids import TenantId, TraceId, stable_id
from state.world.knowledge import KnowledgeDocument
from state.world.profile import Profile
from tools.files import load_model, load_profile, read_text
from tools.knowledge import load_knowledge

if TYPE_CHECKING:
    from agents.llm.prompts import Prompts

FileKind = Literal["profile", "playbooks", "prompts", "knowledge"]
KINDS: tuple[FileKind, ...] = get_args(FileKind)
Contents = Mapping[FileKind, str]
"""What files say, by kind."""
AT_HAND = 32
"""Contents that a process has read, of each kind: those in force and what somebody tries out."""
T = TypeVar("T")
_PROFILE = TypeAdapter(Profile)
_PLAYBOOKS = TypeAdapter(PlaybookFiles)
_KNOWLEDGE = TypeAdapter(tuple[KnowledgeDocument, ...])


def drafted(kind: FileKind, folders: Sequence[Path]) -> str:
    """Read files as they stand, check them, and say what they say. Raises: NotFound, Unavailable, InvalidInput."""
    if kind == "profile":
        return _written(_PROFILE, load_profile(folders))
    if kind == "knowledge":
        return _written(_KNOWLEDGE, load_knowledge(folders))
    if kind == "prompts":
        from agents.llm.prompts import load_prompts

        return _written(_prompts(), load_prompts(folders, load_model, read_text))
    files = read_playbooks(folders, load_model)
    content = _written(_PLAYBOOKS, files)
    made_ready(files, version_of(content))
    return content


def version_of(content: str) -> str:
    """Name a content by its hash."""
    return sha256(content.encode()).hexdigest()


def matter_of(tenant: TenantId) -> TraceId:
    """Name the matter under which every entry stands that puts files in force."""
    return TraceId(stable_id("tr", tenant, "files in force"))


@lru_cache(maxsize=AT_HAND)
def profile_of(content: str) -> Profile:
    """Read a profile back."""
    # no tenant: the text itself is the key
    return _read(_PROFILE, "profile", content)


@lru_cache(maxsize=AT_HAND)
def playbook_of(content: str) -> Playbook:
    """Read a playbook back and compile it."""
    # no tenant: the text itself is the key
    return made_ready(_read(_PLAYBOOKS, "playbooks", content), version_of(content))


@lru_cache(maxsize=AT_HAND)
def knowledge_of(content: str) -> tuple[KnowledgeDocument, ...]:
    """Read documents back."""
    # no tenant: the text itself is the key
    return _read(_KNOWLEDGE, "knowledge", content)


def prompts_of(content: str) -> "Prompts":
    """Read what a model is told back."""
    return _read(_prompts(), "prompts", content)


def _prompts() -> "TypeAdapter[Prompts]":
    from agents.llm.prompts import Prompts

    return TypeAdapter(Prompts)


def _written(form: TypeAdapter[T], found: T) -> str:
    return form.dump_json(found, by_alias=True).decode()


def _read(form: TypeAdapter[T], kind: FileKind, content: str) -> T:
    try:
        return form.validate_json(content)
    except ValidationError as error:
        raise Unavailable(
            f"The {kind} in force were put in force under another release, which this one cannot read: "
            f"{error.errors()[0]['msg']}.",
            field=kind, remedy="Go on with that release, or begin a new home with this one.",
        ) from error  # fmt: skip
