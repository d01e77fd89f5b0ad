"""Which account a mail address belongs to: known contact addresses first, then the mail domain of one account.

Invariant: only a contact or account record of a trusted source says so; a From header or a display name never does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from state.evidence import Trust
from state.ids import AccountId
from state.world.delta import TrustOf
from state.world.event import Event
from state.world.profile import Profile
from state.world.record import NodeKind
from state.world.records import AccountUpdated, ContactUpdated, FactCorrected

WHOLE_DOMAIN = ""
"""In place of a contact: the row is the account's own mail domain, written `@domain`."""


@dataclass(frozen=True, slots=True)
class AddressClaim:
    """What one event says about the address of one contact, or about the mail domain of an account."""

    account: AccountId
    contact: str
    since: datetime
    address: str | None = None
    """None where the record has none."""
    has_address: bool = True
    """False: it says nothing about the address, only whether it is verified."""
    is_verified: bool | None = None
    """None: left as it was."""


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """The address a contact or an account has now."""

    account: AccountId
    contact: str
    address: str | None
    is_verified: bool
    since: datetime


def folded_address(text: str) -> str:
    """Write a mail address so that equal ones compare; the domain in its ASCII form."""
    name, _, domain = text.strip().casefold().rpartition("@")
    return f"{name}@{folded_domain(domain)}"


def folded_domain(text: str) -> str:
    """Write a mail domain so that equal ones compare: lower case, ASCII, no `www.`, no closing dot."""
    bare = text.strip().casefold().rstrip(".").removeprefix("www.").removeprefix("@")
    try:
        return bare.encode("idna").decode() if not bare.isascii() else bare
    except UnicodeError:
        return bare


def domain_of(address: str) -> str:
    """Read the folded domain of an address."""
    return folded_domain(address.rpartition("@")[2])


def claims_of(events: Iterable[Event], profile: Profile) -> tuple[AddressClaim, ...]:
    """Read what events say about addresses, in their order; our own addresses and free-mail domains are left out."""
    said = (_claim(event, profile.sources.trust_of) for event in events if event.account is not None)
    found = [claim for claim in said if claim is not None]
    if not found:
        return ()
    own = frozenset(map(folded_domain, profile.company.verified_domains))
    shared = own | set(map(folded_domain, profile.signals.new_contact_high_fit.free_mail_domains))
    return tuple(_outside(claim, own, shared) for claim in found)


def _claim(event: Event, trust_of: TrustOf) -> AddressClaim | None:
    account, record = AccountId(str(event.account)), event.data
    if isinstance(record, ContactUpdated):
        return _of_contact(event, account, record, trust_of)
    if isinstance(record, AccountUpdated) and "domain" in record.model_fields_set:
        if record.account != account:
            return None
        is_trusted = _is_trusted(trust_of, event.source, NodeKind.ACCOUNT, "domain")
        return AddressClaim(account, WHOLE_DOMAIN, event.time, _at(record.domain), is_verified=is_trusted)
    if isinstance(record, FactCorrected):
        return _of_correction(event, account, record, trust_of)
    return None


def _of_contact(
    event: Event, account: AccountId, record: ContactUpdated, trust_of: TrustOf
) -> AddressClaim | None:
    said = record.model_fields_set
    is_trusted = _is_trusted(trust_of, event.source, NodeKind.CONTACT, "email")
    if "email" in said:
        address = None if record.email is None else folded_address(record.email)
        is_verified = is_trusted and record.verified is not False
        return AddressClaim(account, record.contact, event.time, address, is_verified=is_verified)
    if record.verified is None or (record.verified and not is_trusted):
        return None
    return AddressClaim(
        account, record.contact, event.time, has_address=False, is_verified=record.verified
    )  # fmt: skip


def _of_correction(
    event: Event, account: AccountId, record: FactCorrected, trust_of: TrustOf
) -> AddressClaim | None:
    kind, _, name = record.subject.partition("/")
    value = record.value if isinstance(record.value, str) and record.value else None
    is_trusted = _is_trusted(trust_of, event.source, NodeKind(kind), record.attribute)
    if (kind, record.attribute) == (NodeKind.CONTACT, "email"):
        address = None if value is None else folded_address(value)
        return AddressClaim(account, name, event.time, address, is_verified=is_trusted)
    if (kind, record.attribute, name) == (NodeKind.ACCOUNT, "domain", account):
        return AddressClaim(account, WHOLE_DOMAIN, event.time, _at(value), is_verified=is_trusted)
    if (kind, record.attribute) == (NodeKind.CONTACT, "verified") and isinstance(record.value, bool):
        if record.value and not is_trusted:
            return None
        return AddressClaim(account, name, event.time, has_address=False, is_verified=record.value)
    return None


def _is_trusted(trust_of: TrustOf, source: str, kind: NodeKind, field: str) -> bool:
    return trust_of(source, kind.value, field).rank >= Trust.SYSTEM_OF_RECORD.rank


def _at(domain: str | None) -> str | None:
    return f"@{folded_domain(domain)}" if domain else None


def _outside(claim: AddressClaim, own: frozenset[str], shared: frozenset[str]) -> AddressClaim:
    """Take away what cannot tell accounts apart: our own addresses, and a shared domain as a company's."""
    refused = shared if claim.contact == WHOLE_DOMAIN else own
    is_refused = claim.address is not None and domain_of(claim.address) in refused
    return replace(claim, address=None) if is_refused else claim


def after(known: KnownAddress | None, claim: AddressClaim) -> KnownAddress | None:
    """Say what is known after a claim; an older one than what stands changes nothing."""
    if known is not None and claim.since < known.since:
        return known
    if not claim.has_address:
        return known and replace(known, is_verified=bool(claim.is_verified))
    return KnownAddress(claim.account, claim.contact, claim.address, bool(claim.is_verified), claim.since)


def fold_claims(
    known: Mapping[tuple[AccountId, str], KnownAddress], claims: Sequence[AddressClaim]
) -> dict[tuple[AccountId, str], KnownAddress]:
    """Give the rows that claims change, from the rows that are there."""
    changed: dict[tuple[AccountId, str], KnownAddress] = {}
    for claim in claims:
        key = (claim.account, claim.contact)
        before = changed.get(key) or known.get(key)
        now = after(before, claim)
        if now is not None and now != before:
            changed[key] = now
    return changed


def asked_of(address: str) -> tuple[str, str]:
    """Give the two keys under which an address may be known: itself, and its domain."""
    return folded_address(address), f"@{domain_of(address)}"


def account_among(
    addresses: Sequence[str], known: Sequence[KnownAddress], survivor: Callable[[AccountId], AccountId]
) -> AccountId | None:
    """Name the one account that these addresses belong to; None where none or more than one does.

    Invariant: a verified contact's address outranks a domain; an unverified record resolves nothing.
    """
    holders: dict[str, set[AccountId]] = {}
    for row in known:
        if row.is_verified and row.address is not None:
            holders.setdefault(row.address, set()).add(survivor(row.account))
    found: set[AccountId] = set()
    for address in addresses:
        exact, domain = asked_of(address)
        found |= holders.get(exact) or holders.get(domain) or set()
    return next(iter(found)) if len(found) == 1 else None
