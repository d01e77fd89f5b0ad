"""Reading of knowledge documents: markdown files with a small front matter."""

from collections.abc import Sequence
from pathlib import Path

from state.errors import InvalidInput
from state.world.knowledge import KnowledgeDocument
from tools.files import read_text, validate_located
from tools.plain_yaml import Located, parse_located

_FENCE = "---"


def load_knowledge(folders: Sequence[Path]) -> tuple[KnowledgeDocument, ...]:
    """Read every `.md` file of the folders; a document of an earlier folder replaces the one with its id.

    Shape: ordered by id; a folder that does not exist holds nothing.
    Raises: InvalidInput naming file, line, field, value and remedy.
    """
    found: dict[str, KnowledgeDocument] = {}
    for folder in folders:
        for name, document in _read_folder(folder).items():
            found.setdefault(name, document)
    return tuple(found[name] for name in sorted(found))


def read_document(path: Path) -> KnowledgeDocument:
    """Read one document.

    Raises: NotFound, Unavailable, InvalidInput naming file, line, field, value and remedy.
    """
    lines = read_text(path).splitlines()
    closing = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if not lines or lines[0].rstrip() != _FENCE or closing is None:
        raise InvalidInput(
            f"{path} line 1: the front matter is missing.",
            field=str(path),
            remedy="Begin with id, title, scope, updated and kind between two lines of ---.",
        )
    front = parse_located("\n".join(lines[1:closing]), str(path), first_line=2)
    if not isinstance(front.value, dict):
        raise InvalidInput(
            f"{path} line 2: the front matter is not a map.",
            field=str(path),
            remedy="Write one field per line, such as id: price-list.",
        )
    text = "\n".join(lines[closing + 1 :]).strip()
    whole = Located(front.origin, {**front.value, "text": text}, front.root, front.first_line)
    return validate_located(whole, KnowledgeDocument)


def _read_folder(folder: Path) -> dict[str, KnowledgeDocument]:
    found: dict[str, KnowledgeDocument] = {}
    for path in sorted(folder.glob("*.md")):
        document = read_document(path)
        if document.id in found:
            raise InvalidInput(
                f"{path}: the id {document.id} is already taken in this folder.",
                field="id",
                value=document.id,
                remedy="Give each document its own id.",
            )
        found[document.id] = document
    return found
