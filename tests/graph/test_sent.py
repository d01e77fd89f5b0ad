"""A mail whose server broke off, or whose worker was never heard of again: only what is surely missing goes again."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.executor import perform
from evals.chaos.scene import ACCOUNT, CLOCK, MAIL, TENANT, FileClock, made
from graphs.bootstrap import House, bootstrap
from graphs.governing.decisions import stamp_of
from graphs.governing.hands import hands_of
from graphs.governing.vouching import Vouching, proof_in
from graphs.working.leasing import leased
from state.errors import Conflict, Forbidden, NotFound
from state.governance.action import Status
from state.governance.happening import Proof
from state.ids import ActionId
from state.ledger.entry import Kind
from state.principal import Principal, Role
from state.settings import read_settings
from tests.fakes.imap_server import ImapBox, imap_server
from tests.fakes.mail_server import MailServer, mail_server
from tests.graph.homes import ADMIN, Home, copied, principal_of

BROKEN = "a word that is no answer"
WITNESS = "0f0f@fieldstone.example"
SHOWN = f"Message-ID: <{WITNESS}>\r\n\r\nHello\r\n".encode()
LAG = timedelta(seconds=300)
FAR = "far-host"


class Ended(Exception):
    """A worker ended here."""


@dataclass
class Live:
    """A company whose mail server broke off in the middle of a mail."""

    house: House
    clock: FileClock
    server: MailServer
    box: ImapBox
    mail: ActionId

    def swept(self, after: timedelta = timedelta(0)) -> Status:
        """Let time pass, sweep, and say how the mail stands."""
        self.clock.move(after)
        self.house.desk.sweep(self.house.parts.tenancy.refresh(TENANT), principal_of(self.house))
        with self.house.parts.stores.read(TENANT) as unit:
            return unit.actions.get(self.mail).status

    @property
    def content(self) -> bytes:
        """The mail, as it was approved."""
        with self.house.parts.stores.read(TENANT) as unit:
            return unit.actions.get(self.mail).effect.content.encode()

    def told(self, kind: Kind) -> int:
        """Count the entries of a kind."""
        with self.house.parts.stores.read(TENANT) as unit:
            return sum(entry.kind is kind for entry in unit.ledger.entries(limit=100_000))


@pytest.fixture(scope="module")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Load one account, once; its clock runs."""
    place = tmp_path_factory.mktemp("sent") / "home"
    made(place, "")
    return Home(place)


@pytest.fixture
def waiting(company_home: Home, tmp_path: Path) -> Iterator[Live]:
    home = copied(company_home, tmp_path / "home").path
    with mail_server({"data": BROKEN}) as server, imap_server(ImapBox({1: SHOWN})) as box:
        given = {
            "home": str(home), "tenant": TENANT, "reasoner": "playbook", "inside_hosts": "127.0.0.1",
            "smtp_url": server.url, "sent_url": f"imap://maya:secret@127.0.0.1:{box.port}/Sent",
        }  # fmt: skip
        clock = FileClock(home / CLOCK)
        house = bootstrap(read_settings(given, {}), clock)
        yield approved(house, clock, server, box)
        house.close()


@pytest.fixture
def live(waiting: Live) -> Live:
    """Hand the mail to the server, which breaks off."""
    assert waiting.swept(timedelta(seconds=60)) is Status.AMBIGUOUS
    return waiting


@pytest.fixture
def unheard(waiting: Live) -> Live:
    """Let a worker of another machine claim the mail and end before it hands it over; nobody sees it end."""
    house, tenancy = waiting.house, waiting.house.parts.tenancy(TENANT)
    waiting.server.faults.clear()
    waiting.clock.move(timedelta(seconds=60))
    with house.parts.stores.read(TENANT) as unit:
        stamp = stamp_of(tenancy, unit, principal_of(house), "far")
    house.parts.worker, mine = f"{FAR}|b|4711|1", house.parts.worker
    with suppress(Ended), leased(house.parts, TENANT, ACCOUNT):
        perform(replace(hands_of(house.parts, tenancy), crash_point=ends), [waiting.mail], stamp)
    house.parts.worker = mine
    return waiting


def ends(point: str) -> None:
    if point == "execute:claimed":
        raise Ended


def approved(house: House, clock: FileClock, server: MailServer, box: ImapBox) -> Live:
    """Approve a mail; another one is known to have gone that way."""
    me = principal_of(house)
    report = house.runner.start(me, ACCOUNT, "prep")
    mail = next(one.action for one in report.proposals if one.action_type == MAIL)
    assert mail is not None
    outbox = house.settings.tenant_folder(TENANT) / "outbox"
    outbox.mkdir(mode=0o700, exist_ok=True)
    (outbox / f".{WITNESS}.handed").write_text(f"@127.0.0.1:{server.port}", encoding="utf-8")
    house.desk.approve(me, str(mail))
    return Live(house, clock, server, box, ActionId(mail))


def test_what_the_server_took_before_it_broke_off_is_found_and_not_sent_again(live: Live) -> None:
    live.server.faults.clear()
    live.box.mails[2] = live.content
    assert live.swept() is Status.EXECUTED
    assert live.swept(LAG) is Status.EXECUTED
    assert live.server.mails == []


def test_what_is_missing_goes_again_once_and_only_when_the_folder_had_its_time(live: Live) -> None:
    live.server.faults.clear()
    assert live.swept(LAG / 2) is Status.AMBIGUOUS
    assert live.server.mails == []
    live.swept(LAG)
    assert live.swept(LAG) is Status.EXECUTED
    assert [content for _, _, content in live.server.mails] == [live.content]


def test_another_body_under_its_name_alarms_once_and_is_never_sent_again(live: Live) -> None:
    live.server.faults.clear()
    live.box.mails[2] = live.content.replace(b"Hello", b"Howdy")
    assert live.box.mails[2] != live.content
    before = live.told(Kind.ROLE)
    assert [live.swept(LAG) for _ in range(3)] == [Status.AMBIGUOUS] * 3
    assert live.told(Kind.ROLE) == before + 1
    assert live.server.mails == []


def test_a_folder_that_shows_nothing_of_ours_leaves_it_to_a_person(live: Live) -> None:
    live.server.faults.clear()
    live.box.mails.clear()
    assert [live.swept(LAG) for _ in range(2)] == [Status.AMBIGUOUS] * 2
    assert live.server.mails == []


def vouching(live: Live, who: Principal = ADMIN) -> Vouching:
    return Vouching(live.house.parts, live.house.parts.tenancy.refresh(TENANT), who)


def test_a_worker_nobody_can_look_up_bars_a_second_sending_until_an_admin_says_that_it_ended(
    unheard: Live,
) -> None:
    assert [unheard.swept(LAG) for _ in range(2)] == [Status.CLAIMED] * 2
    assert unheard.server.mails == []
    board = vouching(unheard)
    shown = board.gone(f"{FAR}:4711", None)
    assert unheard.swept(LAG) is Status.CLAIMED, "a look changes nothing"
    assert board.gone(f"{FAR}:4711", shown.code).settled == (unheard.mail,)
    assert [unheard.swept(LAG) for _ in range(3)][-1] is Status.EXECUTED
    assert [content for _, _, content in unheard.server.mails] == [unheard.content]
    assert board.unheard() == ()


def test_the_word_on_one_attempt_says_nothing_of_a_later_one(unheard: Live) -> None:
    board = vouching(unheard)
    board.gone(f"{FAR}:4711", board.gone(f"{FAR}:4711", None).code)
    with unheard.house.parts.stores.read(TENANT) as unit:
        action, proven = unit.actions.get(unheard.mail), proof_in(board.tenancy)
        first = replace(action.claimers[0], ended=False)
        said = [
            proven(unit, action, one)
            for one in (first, replace(first, attempt=2), replace(first, worker="o|b|1|1"))
        ]
    assert said == [Proof.ADMIN_WORD, None, None]


def test_only_an_admin_in_person_who_saw_it_says_that_a_worker_ended(unheard: Live) -> None:
    code = vouching(unheard).gone(f"{FAR}:4711", None).code
    for who in (principal_of(unheard.house), ADMIN.model_copy(update={"method": "session"}),
                ADMIN.model_copy(update={"role": Role.MANAGER})):  # fmt: skip
        with pytest.raises(Forbidden):
            vouching(unheard, who).gone(f"{FAR}:4711", code)
    with pytest.raises(Conflict, match="not the code"):
        vouching(unheard).gone(f"{FAR}:4711", "00000000")
    with pytest.raises(NotFound):
        vouching(unheard).gone("other-host:1", code)


def test_nobody_says_so_of_a_worker_that_is_heard_or_can_be_looked_up(unheard: Live) -> None:
    wall, parts = unheard.clock.wall(), unheard.house.parts
    with parts.stores.begin(TENANT) as unit:
        unit.workers.beat(f"{FAR}|b|4711|1", wall, wall + LAG)
    with pytest.raises(Conflict, match="heard"):
        vouching(unheard).gone(f"{FAR}:4711", None)
    host, _, process, _ = parts.worker.split("|")
    with pytest.raises(NotFound, match="looked up by itself"):
        vouching(unheard).gone(f"{host}:{process}", None)
