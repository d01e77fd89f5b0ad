"""What the policy page shows: the seven areas, layers, levels and opt-ins, and answers to what would be allowed.

Invariant: it reads; a policy is tried on what was recorded and never put in force here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from graphs.governing.activating import Activating, KeptOut
from graphs.governing.levelling import Levelling
from graphs.governing.rejudging import recorded_lately
from graphs.keeping.configuring import judge_of
from graphs.parts import Parts, Tenancy
from graphs.telling.displaying import paces_of, sees_all
from server.auth import Caller
from server.home import Home, reader_of
from server.pages.stopping import board_of
from server.render.policy import KINDS
from server.render.policy_answers import answer_words, later_words
from state.decision.proposal import ACTION_CLASSES
from state.errors import InvalidInput
from state.governance.autonomy import OptIn
from state.governance.condition import in_words
from state.governance.everyday import USUAL, facts_in_words, supposed, verdict_in_words
from state.governance.facts import POLICY_FACTS
from state.governance.judge import Judgement
from state.governance.policy import Layer, Rule
from state.governance.rejudging import DryRun, rejudged
from state.ids import TenantId
from state.principal import Delegation, User
from state.world.business_time import local_day

CLASS_WORDS = {1: "inside and harmless", 2: "changes our records", 3: "reaches people", 4: "asks a question"}
ASKED = (
    ("action.amount", "Amount"), ("action.discount_percent", "Discount in percent"),
    ("confidence", "Confidence, 0 to 1"),
    ("recipient.touches_14d", "Mails to the recipient in 14 days"),
)  # fmt: skip
"""Facts with a field of their own; every other one is typed as FIELD=VALUE."""
TICKED = (
    ("recipient.opted_out", "The recipient opted out"), ("account.churned", "The account has churned"),
    ("account.fire", "Serious tickets are open"), ("owner.opt_in", "The owner lets it run by itself"),
    ("contradiction.critical", "Sources disagree on something critical"), ("stop.on", "The stop switch is on"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words."""

    id: str
    layer: str
    reason: str
    when: str
    seats: tuple[str, ...]
    exceptions: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class Supposed:
    """The answer about one supposed action."""

    answer: str
    verdict: str
    rule: str
    layer: str
    reasons: tuple[str, ...]
    later: str
    told: tuple[str, ...]
    others: tuple[tuple[str, str, str], ...]
    """Reason, rule and layer of what matched besides."""


def policy_context(home: Home, caller: Caller) -> dict[str, object]:
    """Collect everything that stands on the page whatever is asked."""
    with home.look(caller.tenant) as tenancy:
        looking = home.looking
        levels = Levelling(looking, tenancy, caller.principal).shown()
        history = Activating(looking, tenancy, caller.principal).history()
        with looking.stores.read(caller.tenant) as unit:
            opted = tuple(one for one in unit.autonomy.opt_ins() if one.holds(tenancy.now))
            paces = paces_of(unit) if sees_all(caller.principal) else ()
        return _policy(tenancy) | {
            "levels": levels, "history": history, "opted": _by_owner(opted), "paces": paces,
            "now_in_force": _in_force(history),
            "switches": board_of(home, caller).standing(), "reader": reader_of(tenancy), "asked": ASKED,
            "ticked": TICKED, "facts": sorted(POLICY_FACTS.specs.values(), key=lambda one: one.name),
            "usual": USUAL, "answer": None, "dry": None, "error": None, "wanted": {}, "tried": "", "days": 30,
            "limit_name": named_limit, "before": _before(history), "said": "", "said_of": "",
            "address": "", "card": "", "reach": (),
        }  # fmt: skip


def _policy(tenancy: Tenancy) -> dict[str, object]:
    layers, bounds = tenancy.layers, tenancy.judge.bounds
    personas, profile = tenancy.profile.personas, tenancy.profile
    return {
        "version": tenancy.judge.version, "bounds": bounds, "layers": layers, "kinds": KINDS,
        "rules": {kind: tuple(_rules(layers, kind)) for kind in KINDS}, "classes": _classes(),
        "class_words": CLASS_WORDS, "seats": [*bounds.seats, *bounds.narrowed],
        "tones": [(one.role, one.tone) for one in personas.personas] if personas else [],
        "guides": [one for one in tenancy.knowledge if "tone" in one.id],
        "scopes": _scopes(tenancy), "users": tenancy.users, "away": _away(tenancy),
        "standins": _stand_ins(tenancy), "calendar": profile.calendar,
        "holidays": _holidays(tenancy), "exceptions": sorted(_exceptions(tenancy), key=lambda one: one[3]),
        "blocked": profile.competitors.block_list if profile.competitors else (),
    }  # fmt: skip


LIMITS = {
    "discount_per_owner_quarter": "One owner’s discounts in a quarter",
    "four_eyes_amount": "Amount that one person commits", "mails_per_owner_day": "One owner’s mails in a day",
    "manager_discount_percent": "Discount a manager gives, percent",
    "open_untrusted_per_origin": "Open cards from one unverified source",
    "seller_discount_percent": "Discount a seller gives, percent", "high_confidence": "Confidence to run by itself",
}  # fmt: skip
"""What a limit is called where its own name says little."""


def named_limit(name: str) -> str:
    """Write the name of a limit as people say it."""
    if name in LIMITS:
        return LIMITS[name]
    told = name.replace("_3bd", " in 3 business days").replace("_14d", " in 14 days").replace("_", " ")
    return told[:1].upper() + told[1:]


def _in_force(history: Sequence[KeptOut]) -> KeptOut | None:
    return next((one for one in history if one.state == "in_force"), None)


def _before(history: Sequence[KeptOut]) -> str:
    """Name the policy that was in force before this one; empty where none was."""
    past = [one for one in history if one.state == "past" and one.activated_at]
    return max(past, key=lambda one: one.activated_at or one.asked_at).version if past else ""


def _exceptions(tenancy: Tenancy) -> Iterator[tuple[str, str, str, date, bool]]:
    """List exceptions. Shape: rule, layer, reason, last day, whether it is over."""
    today = local_day(tenancy.now, tenancy.profile.company.zone)
    for layer in tenancy.layers:
        for rule in layer.rules:
            for one in getattr(rule, "exceptions", ()):
                yield rule.id, layer.title, one.reason, one.until, one.until < today


def _by_owner(opted: Sequence[OptIn]) -> dict[str, list[OptIn]]:
    found: dict[str, list[OptIn]] = {}
    for one in opted:
        found.setdefault(one.owner, []).append(one)
    return found


def _rules(layers: Sequence[Layer], kind: str) -> Iterator[RuleLine]:
    for layer in layers:
        yield from (_line(rule, layer) for rule in layer.rules if rule.kind == kind)


def _line(rule: Rule, layer: Layer) -> RuleLine:
    return RuleLine(
        id=rule.id,
        layer=layer.title,
        reason=rule.reason,
        when=in_words(rule.when, POLICY_FACTS),
        seats=tuple(getattr(rule, "roles", ())),
        exceptions=tuple((one.reason, one.until) for one in getattr(rule, "exceptions", ())),
    )


def _classes() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, rank in ACTION_CLASSES.items():
        found.setdefault(rank, []).append(name)
    return found


def _scopes(tenancy: Tenancy) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in tenancy.knowledge:
        found[one.scope.value] = found.get(one.scope.value, 0) + 1
    return found


def _away(tenancy: Tenancy) -> list[User]:
    today = local_day(tenancy.now, tenancy.profile.company.zone)
    return [one for one in tenancy.users if one.away_until is not None and one.away_until >= today]


def _stand_ins(tenancy: Tenancy) -> list[Delegation]:
    return [one for one in tenancy.tenant.delegations if one.ends >= tenancy.today]


def _holidays(tenancy: Tenancy) -> list[tuple[date, str, str]]:
    today = local_day(tenancy.now, tenancy.profile.company.zone)
    days = [
        (one.day, one.name, region.name)
        for region in tenancy.profile.calendar.regions
        for one in region.holidays
        if one.day >= today
    ]
    return sorted(days)


def suppose(home: Home, caller: Caller, action: str, told: Sequence[str]) -> Supposed:
    """Ask the policy in force about one action, as `policy test` does. Raises: InvalidInput."""
    with home.look(caller.tenant) as tenancy:
        judge = tenancy.judge
    request = supposed(action, told, judge.level("playbook", ACTION_CLASSES.get(action, 1)))
    judgement = judge(request)
    return _told(judgement, facts_in_words(request))


def _told(judgement: Judgement, told: tuple[str, ...]) -> Supposed:
    verdict = judgement.verdict
    deciding = next((hit for hit in judgement.hits if hit.rule == verdict.rule), None)
    others = (hit for hit in judgement.hits if hit is not deciding)
    return Supposed(
        answer=answer_words(verdict),
        verdict=verdict_in_words(verdict),
        rule=verdict.rule,
        layer=deciding.layer if deciding else "",
        reasons=verdict.reasons,
        later=later_words(judgement),
        told=told,
        others=tuple((" ".join(hit.verdict.reasons), hit.rule, hit.layer) for hit in others),
    )


@dataclass(frozen=True, slots=True)
class Tried:
    """A policy tried on what was recorded."""

    version: str
    days: int
    run: DryRun
    changes: tuple[tuple[str, str, str, datetime, str, str, bool], ...]
    """Kind of action, account, its name, when, what was answered, what would be, and whether that is looser."""


def tried(home: Home, caller: Caller, version: str, days: int) -> Tried:
    """Judge what was recorded lately by a kept policy, as `policy dry-run` does. Raises: NotFound, InvalidInput."""
    if not version:
        raise InvalidInput("Choose a policy to try.", field="try", value="")
    with home.look(caller.tenant) as tenancy:
        kept = Activating(home.looking, tenancy, caller.principal).kept(version)
        run = rejudged(judge_of(kept.layers, tenancy.day), recorded_lately(home.looking, tenancy, days))
    return tried_on(run, kept.version, days, names_of(home.looking, caller.tenant))


def names_of(parts: Parts, tenant: TenantId) -> dict[str, str]:
    """Name the accounts. Shape: account → name."""
    with parts.stores.read(tenant) as unit:
        return {str(row.account): row.name for row in unit.situations.accounts()}


def tried_on(run: DryRun, version: str, days: int, names: Mapping[str, str]) -> Tried:
    """Say what a policy would have done in words."""
    changes = tuple(
        (
            str(one.recorded.facts.get("action.type", "")), one.recorded.account,
            names.get(one.recorded.account, one.recorded.account), one.recorded.at,
            verdict_in_words(one.recorded.verdict), verdict_in_words(one.after), one.is_looser,
        )
        for one in run.changes
    )  # fmt: skip
    return Tried(version, days, run, changes)


def typed(values: Mapping[str, str], ticks: Sequence[str], lines: str) -> tuple[str, ...]:
    """Join the fields of the form into FIELD=VALUE texts; what is left empty is as usual."""
    known = {name for name, _ in TICKED}
    named = [f"{name}={values[name].strip()}" for name, _ in ASKED if values.get(name, "").strip()]
    ticked = [f"{name}=true" for name in ticks if name in known]
    return (*named, *ticked, *(line.strip() for line in lines.splitlines() if line.strip()))
