"""Whether two records are one company, or one person: a verdict with its score and its reasons, never an act.

Invariant: people are the same by an explicit id or a verified address alone, companies by an explicit id or by one mail
domain and one name; everything less is at most likely, which is for a person to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from state.ids import AccountId
from state.world.profile.resolution import CompanyMatching, PersonMatching
from state.world.resolution.spelling import name_score, plain, spelt, words_of

EXACT = 100


class Likeness(StrEnum):
    """What two records are to each other."""

    SAME = "same"
    LIKELY = "likely"
    UNLIKE = "unlike"


@dataclass(frozen=True, slots=True)
class Match:
    """A verdict on two records."""

    likeness: Likeness
    score: int
    """How alike the names are, 0 to 100; 100 where an explicit id says so."""
    reasons: tuple[str, ...]
    """In words, the deciding one first."""


Marks = frozenset[tuple[str, str]]
"""(source, the source's own id): explicit ids."""


@dataclass(frozen=True, slots=True)
class Company:
    """What a source says of a company."""

    account: AccountId
    name: str
    domain: str | None = None
    """Its own mail domain; never a free-mail one."""
    city: str | None = None
    country: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    marks: Marks = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """What a source says of a person."""

    account: AccountId
    contact: str
    name: str
    address: str | None = None
    is_verified: bool = False
    """The address stands in a record of a trusted source; a From header is not one."""
    marks: Marks = frozenset()


def compare_companies(left: Company, right: Company, limits: CompanyMatching) -> Match:
    """Say whether two records are one company. Shape: symmetric."""
    shared = _shared(left.marks, right.marks)
    if shared:
        return Match(Likeness.SAME, 100, (shared,))
    score = _company_score(left, right, limits)
    said = f"names {score} % alike"
    apart = _apart(left, right, limits)
    if apart:
        return Match(Likeness.UNLIKE, score, (apart, said))
    if score < limits.name_likely:
        return Match(Likeness.UNLIKE, score, (said,))
    domains = _both(left.domain, right.domain)
    if domains is not None and domains[0] == domains[1]:
        return _at_one_domain(left, right, limits, score)
    return _at_two_domains(left, right, limits, score)


def _at_one_domain(left: Company, right: Company, limits: CompanyMatching, score: int) -> Match:
    """Judge alike names at one mail domain: the same, unless something speaks against it."""
    cities = _both(left.city, right.city)
    doubts = [
        f"but {left.city} and {right.city}" if cities is not None and cities[0] != cities[1] else None,
        _other_form(left, right, limits),
    ]
    against = tuple(doubt for doubt in doubts if doubt)
    likeness = Likeness.SAME if score == EXACT and not against else Likeness.LIKELY
    return Match(likeness, score, (f"same domain {left.domain}", f"names {score} % alike", *against))


def _at_two_domains(left: Company, right: Company, limits: CompanyMatching, score: int) -> Match:
    """Judge alike names where the domains differ or one is not known: the city has to agree."""
    said, form = f"names {score} % alike", _other_form(left, right, limits)
    cities, domains = _both(left.city, right.city), _both(left.domain, right.domain)
    if cities is None:
        return Match(Likeness.UNLIKE, score, ("a name alone is not enough", said))
    if cities[0] != cities[1]:
        return Match(Likeness.UNLIKE, score, (f"different city: {left.city} and {right.city}", said))
    if form is not None:
        return Match(Likeness.UNLIKE, score, (form, said))
    if domains is None:
        return Match(Likeness.LIKELY, score, (said, f"same city {left.city}"))
    why = f"different domains: {left.domain} and {right.domain}"
    if score < EXACT:
        return Match(Likeness.UNLIKE, score, (why, said))
    return Match(Likeness.LIKELY, score, (said, f"same city {left.city}", f"but {why}"))


def _apart(left: Company, right: Company, limits: CompanyMatching) -> str | None:
    """Name what makes them two companies whatever they are called."""
    countries = _both(left.country, right.country)
    if countries is not None and countries[0] != countries[1]:
        return f"different country: {left.country} and {right.country}"
    for child, parent in ((left, right), (right, left)):
        if child.parent is not None and child.parent in (parent.account, parent.name):
            return f"{parent.name} is the parent of {child.name}"
    return None


def _other_form(left: Company, right: Company, limits: CompanyMatching) -> str | None:
    ours, theirs = (_split(one.name, limits)[1] for one in (left, right))
    return f"but legal forms {ours} and {theirs}" if ours and theirs and ours != theirs else None


def _company_score(left: Company, right: Company, limits: CompanyMatching) -> int:
    ours, theirs = ([_split(name, limits)[0] for name in (one.name, *one.aliases)] for one in (left, right))
    return max(name_score(one, other, limits) for one in ours for other in theirs)


def _split(name: str, limits: CompanyMatching) -> tuple[tuple[str, ...], str | None]:
    """Take the legal form off the end of a company's name. Shape: its words, and the form."""
    forms = {word: form for form, words in limits.legal_forms.items() for word in words}
    words, found = list(words_of(name)), list[str]()
    while len(words) > 1 and spelt(words[-1]) in forms:
        found.append(forms[spelt(words.pop())])
    return tuple(words), "+".join(sorted(found)) or None


def compare_people(left: Person, right: Person, limits: PersonMatching) -> Match:
    """Say whether two records are one person. Shape: symmetric."""
    shared = _shared(left.marks, right.marks)
    if shared:
        return Match(Likeness.SAME, 100, (shared,))
    if left.address and left.address == right.address and left.is_verified and right.is_verified:
        return Match(Likeness.SAME, 100, (f"same verified address {left.address}",))
    if left.account != right.account:
        return Match(Likeness.UNLIKE, 0, ("at different accounts",))
    return _by_name(left, right, limits)


def _by_name(left: Person, right: Person, limits: PersonMatching) -> Match:
    ours, theirs = (_person_words(one.name, limits) for one in (left, right))
    score = max(
        name_score(ours[0], theirs[0], limits),
        _initial_score(ours[0], theirs[0], limits),
    )
    said = f"names {score} % alike"
    if ours[1] != theirs[1]:
        told = " and ".join(" ".join(sorted(one)) or "neither" for one in (ours[1], theirs[1]))
        return Match(Likeness.UNLIKE, score, (f"different generation: {told}", said))
    if score < limits.name_likely:
        return Match(Likeness.UNLIKE, score, (said,))
    return Match(Likeness.LIKELY, score, ("same account", said, "but no common id"))


def _person_words(name: str, limits: PersonMatching) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give first names first, without titles; generations apart."""
    family, comma, given = name.partition(",")
    is_turned = bool(comma) and not {*words_of(given)} <= {*limits.generations, *limits.titles}
    words = words_of(f"{given} {family}" if is_turned else name)
    left_out = {*limits.titles, *limits.generations}
    kept = tuple(word for word in words if spelt(word) not in left_out)
    return kept, frozenset(spelt(word) for word in words if spelt(word) in limits.generations)


def _initial_score(left: Sequence[str], right: Sequence[str], limits: PersonMatching) -> int:
    """Score E. Moss beside Ed Moss: an initial stands for a first name where the family name is the same."""
    ours, theirs = [spelt(word) for word in left], [spelt(word) for word in right]
    if len(ours) != len(theirs) or len(ours) < 2 or ours[-1] != theirs[-1]:
        return 0
    pairs = zip(ours[:-1], theirs[:-1], strict=True)
    is_short = all(a == b or (1 in (len(a), len(b)) and a[:1] == b[:1]) for a, b in pairs)
    return limits.name_likely if is_short else 0


def _shared(left: Marks, right: Marks) -> str | None:
    found = sorted(left & right)
    return f"same id {found[0][1]} in {found[0][0]}" if found else None


def _both(left: str | None, right: str | None) -> tuple[str, str] | None:
    """Give both in comparable form, where both are known."""
    if not left or not right:
        return None
    return plain(left), plain(right)
