"""Ask the playbook reasoner about a told story, or about an account of the sample company in any cast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from agents.playbook import PlaybookReasoner, load_playbooks
from state.decision.planning import Deliberated, Deliberation, NoAction
from state.decision.proposal import Proposal, Question
from state.ids import AccountId, TenantId, UserId
from state.ports.deciding import Deliberating, Draft, Intent
from state.principal import Principal, Role
from state.world.delta import deltas_of
from state.world.detection import detect
from state.world.event import Event, parse_event
from state.world.profile import Profile
from state.world.situation import EMPTY_DIGEST, Situation, extend
from state.world.surroundings import Peer, SourceState, Surroundings
from state.world.synthesis import synthesize
from state.world.timeline import baseline_of, changes
from state.world.view import AccountView
from tests.build import PROFILE, Story
from tests.conftest import ROOT
from tests.samples import sampled
from tests.waiting import waited
from tools.files import load_model
from tools.knowledge import load_knowledge
from tools.sample import STANDING_IN, Sample
from tools.sample.closed import cycles

BOOK = load_playbooks([ROOT / "playbooks"], load_model)
KNOWLEDGE = load_knowledge([ROOT / "knowledge"])
REASONER = PlaybookReasoner(BOOK)
SEEDS = (7, 3)
SYNCED = ("crm", "mail", "calendar", "support", "usage", "news", "depot-gateway")


def looked_at(
    view: AccountView, around: Surroundings, profile: Profile, intent: Intent = "scan"
) -> Deliberating:
    """Join what a reasoner may read."""
    baseline = baseline_of(view, around, profile)
    return Deliberating(
        principal=Principal(tenant=TenantId("fieldstone"), user=UserId("maya"), role=Role.SELLER),
        intent=intent,
        view=view,
        judgement=synthesize(view, detect(view, around, profile), around, profile),
        around=around,
        profile=profile,
        users=profile.company.users,
        knowledge=KNOWLEDGE,
        baseline=baseline,
        changes=changes(view, baseline, profile, around),
    )


def about(story: Story, intent: Intent = "scan") -> Deliberating:
    """Look at a told story."""
    return looked_at(story.view(), story.around(), PROFILE, intent)


def decide(deliberating: Deliberating) -> Deliberated:
    """Ask the reasoner."""
    return waited(REASONER.deliberate(deliberating))


def written(proposal: Proposal, deliberating: Deliberating) -> Draft:
    """Ask for the words."""
    return waited(REASONER.draft(proposal, deliberating))


def proposals(said: Deliberated) -> tuple[Proposal, ...]:
    """List the proposals, none for a reasoned rest."""
    return said.decision.proposals if isinstance(said.decision, Deliberation) else ()


def question(said: Deliberated) -> Question | None:
    """Give the one question."""
    return said.decision.question if isinstance(said.decision, Deliberation) else None


def rest(said: Deliberated) -> NoAction:
    """Give the reasoned rest; anything else is an error of the test or of a row."""
    assert isinstance(said.decision, NoAction), [one.rule for one in proposals(said)]
    return said.decision


def rules(said: Deliberated) -> list[str]:
    """List `row:action`, best first; a star marks what waits for an answer."""
    return [f"{one.rule}:{one.action_type}{'*' if one.held_by else ''}" for one in proposals(said)]


def kinds(said: Deliberated) -> set[str]:
    """Collect the action types."""
    return {one.action_type for one in proposals(said)}


def one(said: Deliberated, action_type: str) -> Proposal:
    """Give the one proposal of a type."""
    found = [each for each in proposals(said) if each.action_type == action_type]
    assert len(found) == 1, rules(said)
    return found[0]


@dataclass(frozen=True)
class Fieldstone:
    """The sample company in one cast, account by account."""

    sample: Sample
    events: dict[AccountId, list[Event]]

    @property
    def profile(self) -> Profile:
        """The shipped profile, absences moved with the cast."""
        shift, people = self.sample.shift, PROFILE.company
        moved = {
            user.id: user.model_copy(
                update={
                    "away_from": _later(user.away_from, self.sample),
                    "away_until": _later(user.away_until, self.sample),
                }
            )
            for user in people.users
        }
        users = tuple(moved[user.id] for user in people.users) if shift else people.users
        return PROFILE.model_copy(update={"company": people.model_copy(update={"users": users})})

    def of(self, story: str, place: int = 0) -> AccountId:
        """Name the account of a story."""
        return self.sample.accounts[story][place]

    def slot(self, name: str) -> str:
        """Read what the cast gave out."""
        return self.sample.slots[name]

    def situation(self, account: AccountId, events: Sequence[Event]) -> Situation:
        """Fold events as the loop does."""
        batches = [deltas_of(event, PROFILE.sources.trust_of) for event in events]
        deltas = [delta for batch in batches for delta in batch]
        return Situation(account, deltas, len(batches), extend(EMPTY_DIGEST, batches))

    def about(
        self,
        account: AccountId,
        *more: Event,
        without: Sequence[str] = (),
        now: datetime | None = None,
        intent: Intent = "scan",
        away: bool = True,
    ) -> Deliberating:
        """Look at an account, with events added or left out by id, at another time, or with everybody there."""
        events = [event for event in self.events[account] if event.id not in without]
        view = AccountView.of(self.situation(account, [*events, *more]), PROFILE.company.verified_domains)
        profile = self.profile
        if not away:
            users = tuple(user.model_copy(update={"away_from": None}) for user in profile.company.users)
            profile = profile.model_copy(
                update={"company": profile.company.model_copy(update={"users": users})}
            )
        around = self._around(view, now)
        if away:
            around = around.model_copy(update={"away": {one.owner: one.delegate for one in STANDING_IN}})
        return looked_at(view, around, profile, intent)

    def _around(self, view: AccountView, now: datetime | None) -> Surroundings:
        clock = now or self.sample.clock
        return Surroundings(
            now=clock,
            zone="America/New_York",
            sources={feed: SourceState(source=feed, synced_at=clock) for feed in SYNCED},
            same_domain=self._peers(view),
            silent_feeds={"depot-gateway": (date(2026, 2, 20) + self.sample.shift, 3)},
            closed_cycles=cycles(),
        )

    def _peers(self, view: AccountView) -> tuple[Peer, ...]:
        quarry = [self.slot(f"{key}.account") for key in ("quarry", "quarry-twin")]
        if view.identifier not in quarry:
            return ()
        other = next(
            key for key in ("quarry", "quarry-twin") if self.slot(f"{key}.account") != view.identifier
        )
        domain = self.slot(f"{other}.domain")
        account = AccountId(self.slot(f"{other}.account"))
        return (Peer(account=account, name=self.slot(f"{other}.name"), domain=domain, owner=None),)

    def event(self, account: AccountId, what: str, day: str, source: str, /, **data: object) -> Event:
        """Make one more event, on a day (14:00 UTC) or at an hour of the first cast."""
        local = day if "T" in day else f"{day}T14:00"
        at = (datetime.fromisoformat(f"{local}:00+00:00") + self.sample.shift).isoformat()
        raw: dict[str, object] = {
            "id": f"X-{what}-{day}-{sorted(data)}",
            "account": account,
            "source": source,
            "type": what,
            "time": at,
            "recorded_at": at,
            "data": data,
        }
        return parse_event(raw, self.sample.tenant)

    def ids(self, account: AccountId, kind: str, since: str = "2000-01-01") -> list[str]:
        """List the ids of an account's events of a kind from a day of the first cast on."""
        first = datetime.fromisoformat(f"{since}T00:00:00+00:00") + self.sample.shift
        return [event.id for event in self.events[account] if event.type == kind and event.time >= first]


def _later(day: date | None, sample: Sample) -> date | None:
    return None if day is None else day + sample.shift


@cache
def fieldstone(seed: int = 7) -> Fieldstone:
    """Build a cast of the sample company, once."""
    sample = sampled(seed)
    events: dict[AccountId, list[Event]] = {}
    for raw in sample.events:
        event = parse_event(dict(raw), sample.tenant)
        if event.account is not None and event.visible_at <= sample.clock:
            events.setdefault(event.account, []).append(event)
    for found in events.values():
        found.sort(
            key=lambda each: (each.visible_at, each.time, PROFILE.sources.rank_of(each.source), each.id)
        )
    return Fieldstone(sample, events)
