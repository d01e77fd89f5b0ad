"""The one place where settings are read: flag, then environment, then `config.toml` in the home, then default."""

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from state.errors import InvalidInput, Unavailable

PREFIX = "REVLOOP_"


class Settings(BaseModel):
    """How this installation runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    database: str = ""
    """SQLAlchemy URL; empty: SQLite in the home."""
    database_owner: str = ""
    """URL of the role that owns the tables on a server; empty: the working role makes them itself."""
    database_beside: str = ""
    """URL of the role that owns checkpoints and queue on a server; empty: the working role."""
    tenant: str = ""
    """Tenant of commands that name none; empty: the only one, else the sample company."""
    user: str = ""
    """User of commands that name none; empty: the tenant's default user."""
    reasoner: Literal["auto", "playbook", "llm"] = "auto"
    """auto: the model when one is configured, else the playbook."""
    model_url: str = ""
    """Base URL of an OpenAI-compatible endpoint."""
    model_key: str = Field(default="", repr=False)
    model_fast: str = "gpt-5-mini"
    model_standard: str = "gpt-5"
    model_deep: str = "gpt-5-pro"
    model_timeout_seconds: float = Field(default=30.0, gt=0, le=600)
    embedder: Literal["auto", "ngrams", "minilm", "openai"] = "auto"
    """What turns texts into vectors; auto: the local model when it is installed, else spelling alone."""
    embedding_url: str = ""
    """Base URL of an OpenAI-compatible endpoint; texts leave only when `embedder` is openai."""
    embedding_key: str = Field(default="", repr=False)
    embedding_model: str = "text-embedding-3-small"
    smtp_url: str = Field(default="", repr=False)
    """smtp://user:password@host:port; empty: mails are written to the outbox folder of the home."""
    sent_url: str = Field(default="", repr=False)
    """imaps://user@host/Sent: where the mail server puts every mail it takes; empty: it cannot be asked afterwards."""
    sent_lag_seconds: int = Field(default=300, ge=0, le=86_400)
    """How long that folder may take to show one."""
    notify_url: str = Field(default="", repr=False)
    """Where what one of us is told is posted, in the form of a Slack webhook; empty: files in the outbox folder."""
    imap_password: str = Field(default="", repr=False)
    """Of the mailbox that `revloop import mail imaps://…` reads, and of the sent folder."""
    imap_password_file: str = ""
    """File that holds it and that its owner alone can read."""
    inside_hosts: str = ""
    """Hosts inside the network that may be called, separated by commas, each with or without :port."""
    anchors: str = ""
    """Folder for the ledger's signed anchors; empty: `anchors` in the home, which the database's user can write."""
    anchor_key: str = ""
    """File of the key that signs anchors; empty: `anchor.key` in the home."""
    anchor_pin: str = Field(default="", pattern=r"^([0-9a-fA-F]{64}( *, *[0-9a-fA-F]{64})*)?$")
    """Public keys by which anchors are verified, 64 hexadecimal digits each; empty: those beside the anchors."""
    anchor_every_seconds: int = Field(default=60, ge=1, le=86_400)
    """How old the newest anchor may be when the ledger has grown; after an effect one is written at once."""
    checkpoint_days: int = Field(default=30, ge=1, le=3650)
    """How long a thread at rest keeps all its checkpoints; then only the one it goes on from."""
    lease_seconds: int = Field(default=60, ge=5, le=3600)
    host: str = "127.0.0.1"
    """Address that `revloop serve` listens on."""
    port: int = Field(default=8710, ge=0, le=65_535)
    """Port that `revloop serve` listens on; 0: any that is free."""
    public_url: str = ""
    """Where people reach the pages when that is another address, as https://revloop.example.com."""
    oidc_issuer: str = ""
    """Address of the identity provider that people sign in with; empty: none."""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    """Empty for a public client; the code is proved by PKCE either way."""
    log: Literal["plain", "json"] = "plain"
    """json: `revloop serve` writes one line per request, with its trace and the ledger entries it left."""
    telemetry_url: str = ""
    """Where spans are sent, OTLP over HTTP in JSON; empty: nowhere."""
    crash_at: str = ""
    """A registered crash point at which the process kills itself; for fault runs only."""

    @property
    def database_url(self) -> str:
        """The database in force."""
        return self.database or f"sqlite:///{self.home / 'revloop.db'}"

    @property
    def named_hosts(self) -> frozenset[str]:
        """Hosts an admin named: only they may have an address that is not public."""
        return frozenset(one.strip().lower() for one in self.inside_hosts.split(",") if one.strip())

    @property
    def checkpoints(self) -> Path:
        """The checkpointer's own SQLite file."""
        return self.home / "checkpoints.db"

    @property
    def anchor_folder(self) -> Path:
        """Where anchors are kept."""
        return Path(self.anchors).expanduser().absolute() if self.anchors else self.home / "anchors"

    @property
    def anchor_key_file(self) -> Path:
        """Where the key stands that signs anchors."""
        return Path(self.anchor_key).expanduser().absolute() if self.anchor_key else self.home / "anchor.key"

    def tenant_folder(self, tenant: str) -> Path:
        """Where a tenant's own files, keys and outbox stand."""
        return self.home / "tenants" / tenant


def read_settings(
    flags: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Join flags, environment and file. Raises: InvalidInput naming the setting, its value and the remedy."""
    env = os.environ if environment is None else environment
    given = {name: value for name, value in (flags or {}).items() if value not in (None, "")}
    home = Path(str(given.get("home") or env.get(f"{PREFIX}HOME") or Path.home() / ".revloop")).expanduser()
    from_env = {
        name: env[f"{PREFIX}{name.upper()}"]
        for name in Settings.model_fields
        if env.get(f"{PREFIX}{name.upper()}")
    }
    values = {**_file(home / "config.toml"), **from_env, **given, "home": home.absolute()}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The setting {name!r} is not valid: {first['msg']}.",
            field=name,
            value=str(first.get("input", "")),
            remedy=f"Correct it in {PREFIX}{name.upper()} or in {home / 'config.toml'}.",
        ) from error


QUIET = {
    "LANGGRAPH_STRICT_MSGPACK": "true",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "false",
    "OTEL_SDK_DISABLED": "true",
}
"""What libraries read at import: checkpoints call no functions, and nothing is sent anywhere."""
TRACERS = ("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT")


def quiet_environment() -> None:
    """Set what libraries read at import, before any of them is; a tracer's key in the environment enables nothing."""
    for name in TRACERS:
        os.environ.pop(name, None)
    os.environ.update(QUIET)


def _file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{path} is not valid TOML: {error}.", remedy="Correct or remove the file."
        ) from error


def prepare_home(home: Path) -> None:
    """Make the home with mode 0700; refuse one, or an outbox, that others can read.

    What this process writes from now on is for its owner alone. Raises: Unavailable with the remedy.
    """
    os.umask(0o077)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The home {home} cannot be made: {error.strerror}.",
            remedy="Set REVLOOP_HOME to a folder you own.",
        ) from error
    for name, place in (("home", home), *(("outbox", one) for one in home.glob("tenants/*/outbox"))):
        if stat.S_IMODE(place.stat().st_mode) & 0o077:
            raise Unavailable(f"The {name} {place} can be read by others.", remedy=f"Run: chmod 700 {place}")
    if not os.access(home, os.W_OK | os.X_OK):
        raise Unavailable(
            f"The home {home} cannot be written.", remedy="Set REVLOOP_HOME to a folder you own."
        )
