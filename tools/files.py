"""Safe reading of the files an admin edits: plain YAML, typed models, clear faults.

Invariant: what is read is text, numbers, truth values, lists and maps, whatever tag, alias or second key
a file holds, and dates stay text until a model reads them.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from state.canonical import Json
from state.errors import InvalidInput, NotFound, Unavailable
from state.world.profile import COMPANY_BOUND_PARTS, OPTIONAL_PARTS, REQUIRED_PARTS, Profile
from tools.plain_yaml import Located, parse_located

MAX_BYTES = 1_000_000
AT_HAND = 256
"""Files whose models a process keeps; a tenant reads about sixty."""
_CLOSE_ENOUGH = 70
_LISTED = 12
Model = TypeVar("Model", bound=BaseModel)


def read_text(path: Path) -> str:
    """Read a small UTF-8 file.

    Raises: NotFound, Unavailable when it cannot be read, InvalidInput when it is too large or not UTF-8.
    """
    if not path.is_file():
        raise NotFound(f"{path} is not a file.", remedy="Create it, or correct the path.", field=str(path))
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be read: {error.strerror}.", remedy="Check its permissions.", field=str(path)
        ) from error
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            f"{path} is larger than {MAX_BYTES:,} bytes.", remedy="Split it or shorten it.", field=str(path)
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} is not UTF-8 (byte {error.start}).", remedy="Save it as UTF-8.", field=str(path)
        ) from None


def read_yaml(path: Path) -> Json:
    """Read one plain YAML document; an empty file is None.

    Raises: NotFound, Unavailable, InvalidInput naming file, line and remedy.
    """
    return parse_located(read_text(path), str(path)).value


def load_model(path: Path, model: type[Model]) -> Model:
    """Read a file into its type.

    Raises: as `read_yaml`; InvalidInput naming file, line, field, value and remedy.
    """
    found = _model_of(read_text(path), str(path), model)
    assert isinstance(found, model), "a required document is its model"
    return found


@lru_cache(maxsize=AT_HAND)
def _model_of(
    text: str, origin: str, model: type[BaseModel], *, is_optional: bool = False
) -> BaseModel | None:
    # no tenant: the text itself is the key, and what is read from it is frozen
    located = parse_located(text, origin)
    return None if is_optional and located.value is None else validate_located(located, model)


def validate_located(located: Located, model: type[Model]) -> Model:
    """Validate parsed YAML, turning the first fault into one readable error.

    Raises: InvalidInput naming file, line, field, value and remedy.
    """
    try:
        return model.model_validate(located.value)
    except ValidationError as error:
        raise _fault(located, model, error) from None


def load_profile(folders: Sequence[Path]) -> Profile:
    """Read each part from the first folder that has its file; an empty optional file means "not configured".

    What is true of one company only is not borrowed from a folder behind the one that holds `company.yaml`.

    Raises: NotFound for a missing required file, else as `load_model`.
    """
    found = {name: _first(folders, name) for name in (*REQUIRED_PARTS, *OPTIONAL_PARTS)}
    for name in REQUIRED_PARTS:
        if found[name] is None:
            places = ", ".join(str(folder) for folder in folders) or "no folder"
            raise NotFound(
                f"{name}.yaml is in none of: {places}.",
                remedy="Restore the shipped file, or write one.",
                field=f"{name}.yaml",
            )
    company = found["company"]
    reach = 0 if company is None else _rank(folders, company)
    parts: dict[str, BaseModel] = {}
    for name, path in found.items():
        if path is None or (name in COMPANY_BOUND_PARTS and _rank(folders, path) > reach):
            continue
        is_optional = name not in REQUIRED_PARTS
        part = _model_of(read_text(path), str(path), _part_model(name), is_optional=is_optional)
        if part is not None:
            parts[name] = part
    return _joined(parts)


def _joined(parts: dict[str, BaseModel]) -> Profile:
    try:
        return Profile.model_validate(parts)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidInput(
            f"The profile does not fit together: {message}.",
            remedy="Make the two files agree.",
            field="profile",
        ) from None


def _first(folders: Sequence[Path], name: str) -> Path | None:
    return next((folder / f"{name}.yaml" for folder in folders if (folder / f"{name}.yaml").is_file()), None)


def _rank(folders: Sequence[Path], path: Path) -> int:
    return list(folders).index(path.parent)


def _part_model(name: str) -> type[BaseModel]:
    return _models_in(Profile.model_fields[name].annotation)[0]


def _fault(located: Located, model: type[BaseModel], error: ValidationError) -> InvalidInput:
    faults = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    first = faults[0]
    place = located.line_of(first["loc"])
    field = _dotted(first["loc"]) or "the file"
    value = "" if isinstance(first["input"], dict | list) else str(first["input"])
    more = f" ({len(faults) - 1} more after it.)" if len(faults) > 1 else ""
    return InvalidInput(
        f"{located.origin} line {place}: {_sentence(first, field, value)}{more}",
        remedy=_remedy(first, model),
        field=field,
        value=value,
    )


def _sentence(fault: ErrorDetails, field: str, value: str) -> str:
    if fault["type"] == "extra_forbidden":
        return f"{field} is not a known field."
    if fault["type"] == "missing":
        return f"{field} is missing."
    reason = fault["msg"].removeprefix("Value error, ").rstrip(".")
    shown = f" (it is {value!r})" if value else ""
    return f"{field}: {reason}{shown}."


def _remedy(fault: ErrorDetails, model: type[BaseModel]) -> str:
    if fault["type"] == "extra_forbidden":
        known = _keys_at(model, fault["loc"][:-1])
        guess = process.extractOne(
            str(fault["loc"][-1]), known, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
        )
        return f"Did you mean {guess[0]}?" if guess else f"Known here: {_listed(known)}."
    if fault["type"] == "missing":
        return "Add it; the shipped file shows the form."
    if fault["type"] in {"literal_error", "enum"}:
        return f"Use {fault.get('ctx', {}).get('expected', 'a listed value')}."
    return "Correct the value; the shipped file shows the form."


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _dotted(loc: Sequence[int | str]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).lstrip(".")


def _keys_at(model: type[BaseModel], loc: Sequence[int | str]) -> tuple[str, ...]:
    models: tuple[type[BaseModel], ...] = (model,)
    for step in loc:
        fields = [
            field for one in models for name, field in one.model_fields.items() if step in (name, field.alias)
        ]
        inner = tuple(found for field in fields for found in _models_in(field.annotation))
        models = inner or models
    return tuple(
        dict.fromkeys(field.alias or name for one in models for name, field in one.model_fields.items())
    )


def _models_in(annotation: Any) -> tuple[type[BaseModel], ...]:  # noqa: ANN401 - an annotation has no narrower type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    if get_origin(annotation) in {Annotated, Union, UnionType, tuple, list, dict, frozenset, Sequence}:
        return tuple(found for part in get_args(annotation) for found in _models_in(part))
    return ()
