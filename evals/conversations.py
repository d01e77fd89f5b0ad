"""Play the hand-written conversations, each in a home of its own, and say what went wrong."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.chat import Chat, Fault, held
from graphs.bootstrap import House, bootstrap, shipped
from graphs.chat import Conversation
from graphs.identity import local_principal
from graphs.perceiving.intake import ensure_tenant, take_events
from state.ids import TenantId, UserId
from state.ports.world import Tenant
from state.principal import Principal
from state.settings import read_settings
from state.world.event import parse_event
from tools.files import load_profile
from tools.instance import instance_of, settled_in
from tools.sample import company

ACCOUNTS = (
    "acme-corp", "harbor-medical", "oakhaven-hotels", "granite-hvac", "eastgate-elevators", "gruenwald-aufzuege",
    "meridian-health", "meridian-freight",
)  # fmt: skip
"""Those the conversations are about."""
SELLER = UserId("maya")
Progress = Callable[[int, int], None]


def played(chats: Sequence[Chat], progress: Progress | None = None) -> tuple[Fault, ...]:
    """Play conversations; none has a fault where everything is right."""
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory(prefix="revloop-eval-") as folder:
        first = made(Path(folder) / "home")
        for number, chat in enumerate(chats, start=1):
            faults += _alone(chat, first, Path(folder) / f"home-{number}")
            if progress is not None:
                progress(number, len(chats))
    return tuple(faults)


def made(home: Path) -> Path:
    """Make a home with the accounts that are spoken of."""
    sample = company()
    name = TenantId(sample.tenant)
    house = _opened(home)
    try:
        users = load_profile([shipped() / "profile"]).company.users
        tenant = Tenant(
            id=name, zone="America/New_York", currency="USD", clock=sample.clock, default_user=SELLER
        )
        ensure_tenant(house.parts, tenant, users)
        wanted = [event for event in sample.events if event["account"] in (None, *ACCOUNTS)]
        events = [parse_event(dict(event), name) for event in wanted]
        take_events(house.parts, house.parts.tenancy(name), _seller(house), events, "sample")
    finally:
        house.close()
    return home


def _alone(chat: Chat, first: Path, home: Path) -> tuple[Fault, ...]:
    shutil.copytree(first, home)
    home.chmod(0o700)
    known = instance_of(home)
    if known is not None:
        settled_in(home, known.id)
    house = _opened(home)
    try:
        talk = Conversation(house.desk, _seller(house), house.saver)
        return held(chat, talk, lambda: len(list(home.rglob("*.eml"))))
    finally:
        house.close()
        shutil.rmtree(home)


def _opened(home: Path) -> House:
    return bootstrap(read_settings({"home": str(home), "tenant": company().tenant}, {}))


def _seller(house: House) -> Principal:
    tenancy = house.parts.tenancy(TenantId(company().tenant))
    return local_principal(house.settings, tenancy.tenant, tenancy.users)
