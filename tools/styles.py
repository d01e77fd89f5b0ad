"""The file in which a tenant's sellers keep how they write: read whole, written whole, only for its owner's eyes."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from state.errors import Unavailable
from state.ids import UserId
from state.principal import User
from state.writing import Stated, Writer, WritingStyle

NAME = "preferences.json"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    users: dict[UserId, Stated] = Field(default_factory=dict)


def read_styles(folder: Path) -> Mapping[UserId, Stated]:
    """Read what was stated; nothing where there is no file. Raises: Unavailable when it is damaged."""
    path = folder / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be read: {error.strerror}.", remedy="Check who owns the home."
        ) from error
    try:
        return _Kept.model_validate(json.loads(content)).users
    except (ValidationError, ValueError) as error:
        raise Unavailable(
            f"{path} is damaged.", field=str(path), remedy="Delete it; every seller says anew how he writes."
        ) from error


def write_styles(folder: Path, styles: Mapping[UserId, Stated]) -> None:
    """Replace the file as a whole; without any style it goes. Raises: Unavailable."""
    path, draft = folder / NAME, folder / f".{NAME}.{secrets.token_hex(8)}"
    kept = {user: one for user, one in sorted(styles.items()) if one.style != WritingStyle()}
    try:
        if not kept:
            path.unlink(missing_ok=True)
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(_Kept(users=kept).model_dump_json(indent=1))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            f"{path} cannot be written: {error.strerror}.", remedy="Check who owns the home."
        ) from error


def styled(users: Sequence[User], folder: Path) -> tuple[User, ...]:
    """Give each user the style he stated."""
    stated = read_styles(folder)
    return tuple(
        Writer(**dict(user), style=stated[user.id].style) if user.id in stated else user for user in users
    )
