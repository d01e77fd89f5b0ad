"""An edited file is kept as a draft where the company's own files stand; it changes nothing until it is put in force.

Invariant: what cannot be read with the other files of its kind is refused and not kept.
"""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from graphs.bootstrap import folders, own_folders
from graphs.keeping.filing import FileKind, drafted
from state.errors import InvalidInput, NotFound
from state.ids import TenantId
from state.settings import Settings
from state.world.profile import COMPANY_BOUND_PARTS
from tools.draft_files import files_of, put_file, require_name
from tools.files import read_text

COMPANY = "company.yaml"


def draft_files(settings: Settings, tenant: TenantId, kind: FileKind) -> Mapping[str, Path]:
    """Find the files of a kind as they stand. Shape: name → place."""
    places = own_folders if kind == "knowledge" else folders
    return files_of(kind, places(settings, tenant, kind))


def draft_text(settings: Settings, tenant: TenantId, kind: FileKind, name: str) -> str:
    """Read one file as it stands; a new document is empty. Raises: InvalidInput, Unavailable."""
    known = draft_files(settings, tenant, kind)
    require_name(kind, name, known)
    return read_text(known[name]) if name in known else ""


def keep_draft(settings: Settings, tenant: TenantId, kind: FileKind, name: str, text: str) -> None:
    """Keep a file of the company's own. Raises: InvalidInput naming line and field, NotFound, Unavailable."""
    known = draft_files(settings, tenant, kind)
    require_name(kind, name, known)
    _require_readable(kind, known, name, text)
    own = settings.tenant_folder(tenant)
    if (kind, name) == ("profile", COMPANY) and not (own / kind / COMPANY).exists():
        _bring_along(settings, tenant, own)
    put_file(own / kind / name, text)


def _require_readable(kind: FileKind, known: Mapping[str, Path], name: str, text: str) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place)
        for other, path in known.items():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            copyfile(path, folder / other)
        (folder / name).write_text(text, encoding="utf-8")
        try:
            drafted(kind, [folder])
        except (InvalidInput, NotFound) as error:
            told = error.message.replace(f"{folder}/", "")
            raise InvalidInput(
                told, field=error.field.replace(f"{folder}/", ""), value=error.value, remedy=error.remedy
            ) from error


def _bring_along(settings: Settings, tenant: TenantId, own: Path) -> None:
    """Copy what is true of one company only: it is not borrowed any more once the company has a file of its own."""
    profile = draft_files(settings, tenant, "profile")
    bound = {f"{part}.yaml" for part in COMPANY_BOUND_PARTS}
    for name, path in profile.items():
        if name in bound:
            put_file(own / "profile" / name, read_text(path))
    for name, path in draft_files(settings, tenant, "knowledge").items():
        put_file(own / "knowledge" / name, read_text(path))
