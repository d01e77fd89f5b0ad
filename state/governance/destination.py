"""Where a call may go: how an address is read so that nothing hides in it, and which networks are refused.

Invariant: what an admin did not name is reached only if it is a public address; a metadata address only by naming it
itself, never through a name.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

MAX_URL: Final = 2048
WEB: Final = frozenset({"http", "https"})
PORTS: Final = {"http": 80, "https": 443, "imap": 143, "imaps": 993, "smtp": 25, "smtps": 465}

Named: TypeAlias = AbstractSet[str]
"""Hosts an admin named, lower case, each with or without `:port`."""
Address: TypeAlias = IPv4Address | IPv6Address

_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PLACE: Final = re.compile(r"(?:\[[0-9a-f:.]+\]|[^\[\]:]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_INWARD: Final = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")
"""Last labels that never name a public host."""
_METADATA: Final = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.123", "100.100.100.200",
            "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
        ),
    )
)  # fmt: skip
"""Where clouds hand out credentials; one of them is a public address."""
_NOT_PUBLIC: Final = tuple(
    map(
        IPv4Network,
        ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
         "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
    )
)  # fmt: skip
_NOT_PUBLIC_6: Final = tuple(
    map(
        IPv6Network,
        (
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fec0::/10",
        ),
    )
)
_CARRIES_IPV4: Final = tuple(map(IPv6Network, ("::/96", "64:ff9b::/96", "::ffff:0:0:0/96")))
"""IPv6 networks whose last 32 bits are an IPv4 address."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that is not made."""

    code: str
    """Stable: malformed, scheme, host, address, redirect, size, time, status, network."""
    reason: str
    has_begun: bool = False
    """The host was reached, so what was said may have arrived."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A host and port as they will be called, and what is asked of them."""

    scheme: str
    host: str
    port: int
    target: str = "/"

    @property
    def url(self) -> str:
        """The address in its one normal form."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.target}"


def destination_of(
    url: str, named: Named = frozenset(), schemes: AbstractSet[str] = WEB
) -> Destination | Refused:
    """Read a URL strictly: one that two programs could read differently is refused."""
    if not 0 < len(url) <= MAX_URL:
        return Refused("malformed", f"the address is empty or longer than {MAX_URL} characters")
    if any(not "!" <= letter <= "~" or letter in "\\^`{|}<>\"'" for letter in url):
        return Refused(
            "malformed", "the address holds a space, a sign or a letter that no web address may hold"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return Refused("malformed", "the address cannot be read")
    if parts.scheme not in schemes:
        return Refused("scheme", f"only {', '.join(sorted(schemes))} addresses are called")
    return _located(parts, port, named)


def named_by(url: str) -> Named:
    """Say what an admin's own setting names: a host that shows by itself that it is inside.

    Invariant: a public name names nothing inside, whatever it leads to; such a host is named apart.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return frozenset()
    plain = host_of(host, port)
    is_public_name = isinstance(plain, str) and isinstance(_literal(plain), Refused)
    return frozenset() if is_public_name else frozenset({f"{host}:{port}"})


def _located(parts: SplitResult, port: int | None, named: Named) -> Destination | Refused:
    place = parts.netloc
    if "@" in place or "%" in place or port == 0 or not _PLACE.fullmatch(place):
        return Refused("malformed", "the address holds a user name, an escaped host or an impossible port")
    number = port or PORTS[parts.scheme]
    host = host_of(parts.hostname or "", number, named)
    if isinstance(host, Refused):
        return host
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, number, target)


def host_of(host: str, port: int, named: Named = frozenset()) -> str | Refused:
    """Bring a host into its one normal form, or say why it is not called."""
    plain = host.lower()
    plain = plain.removesuffix(".")
    if not plain or len(plain) > 253:
        return Refused("host", "the address names no host")
    if ":" in plain or _NUMBER.fullmatch(plain.rpartition(".")[2]):
        return _literal(plain)
    labels = plain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return Refused("host", "the host is no proper name; write an international one in its xn-- form")
    if (len(labels) == 1 or labels[-1] in _INWARD) and not is_named(plain, port, named):
        return Refused("host", "the host is a name inside a network, and no admin has named it")
    return plain


def _literal(host: str) -> str | Refused:
    try:
        return str(ip_address(host)) if "%" not in host else Refused("host", "the address names an interface")
    except ValueError:
        return Refused(
            "host", "the host is a number that programs read differently; write four plain numbers"
        )


def is_named(host: str, port: int, named: Named) -> bool:
    """Tell whether an admin named this host."""
    return host in named or f"{host}:{port}" in named


def address_refusal(address: str, host: str, port: int, named: Named = frozenset()) -> Refused | None:
    """Say why a resolved address may not be connected to; None: it may."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return Refused("address", "the name has no readable address")
    kind = kind_of(found)
    if kind is None or (str(found) == host and is_named(host, port, named)):
        return None
    if kind in ("private", "loopback", "link-local") and is_named(host, port, named):
        return None
    return Refused("address", f"{host} leads to a {kind} address, and no admin has named it")


def kind_of(address: Address) -> str | None:
    """Say what kind of address it is that must not be called; None for a public one."""
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None:
            return kind_of(inner) or "tunnelled"
    if address in _METADATA:
        return "metadata"
    if address.is_loopback:
        return "loopback"
    if address.is_unspecified or address.is_multicast:
        return "multicast" if address.is_multicast else "unspecified"
    if address.is_link_local:
        return "link-local"
    listed = _NOT_PUBLIC if isinstance(address, IPv4Address) else _NOT_PUBLIC_6
    is_inward = address.is_private or address.is_reserved or not address.is_global
    return "private" if is_inward or any(address in network for network in listed) else None


def _carried(address: IPv6Address) -> IPv4Address | None:
    """Find the IPv4 address that an IPv6 address stands for: mapped, translated, 6to4, Teredo or ISATAP."""
    if int(address) <= 1:
        return None
    known = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if known is not None:
        return known
    is_isatap = (int(address) >> 32) & 0xFDFFFFFF == 0x00005EFE
    is_carrier = is_isatap or any(address in network for network in _CARRIES_IPV4)
    return IPv4Address(int(address) & 0xFFFFFFFF) if is_carrier else None
