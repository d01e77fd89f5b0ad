"""Mail domains that look like one we know are found; those that merely sound alike are not."""

import pytest

from state.world.resolution.likeness import decoded, likeness

KNOWN = (
    "fieldstone.com", "acme.com", "northgate.example", "granite-hvac.com", "oakhaven.org", "maplewood.co.uk",
    "rivermark.com", "bolt.io", "müller-pumpen.de",
)  # fmt: skip
ALIKE = {
    "fie1dstone.com": "fieldstone.com",
    "fieldst0ne.com": "fieldstone.com",
    "fiеldstone.com": "fieldstone.com",
    "xn--fildstone-h0h.com": "fieldstone.com",
    "fîeldstone.com": "fieldstone.com",
    "fieldstonne.com": "fieldstone.com",
    "fieldstome.com": "fieldstone.com",
    "fieldstone.co": "fieldstone.com",
    "fieldstone.de": "fieldstone.com",
    "fieldstone-billing.com": "fieldstone.com",
    "fieldstone.com.evil.net": "fieldstone.com",
    "mail.fieldstone.com.login.example": "fieldstone.com",
    "acrne.com": "acme.com",
    "acme.co": "acme.com",
    "асmе.com": "acme.com",
    "b0lt.io": "bolt.io",
    "bo1t.io": "bolt.io",
    "northgate.exarnple": "northgate.example",
    "n0rthgate.example": "northgate.example",
    "northgatte.example": "northgate.example",
    "granitehvac.com": "granite-hvac.com",
    "granite-hvac.net": "granite-hvac.com",
    "0akhaven.org": "oakhaven.org",
    "oakhaven.com": "oakhaven.org",
    "maplevvood.co.uk": "maplewood.co.uk",
    "maplewood.com": "maplewood.co.uk",
    "rivernark.com": "rivermark.com",
    "irvermark.com": "rivermark.com",
    "secure-rivermark.com": "rivermark.com",
    "muller-pumpen.de": "müller-pumpen.de",
}
INNOCENT = (
    "gmail.com", "outlook.com", "fieldstone.com", "mail.fieldstone.com", "FIELDSTONE.com", "stonefield.com",
    "fieldwork.com", "milestone.com", "keystone.com", "brightstone.com", "accenture.com", "acumen.com", "acne.org",
    "northwind.example", "southgate.example", "harborlight.com", "granitecity.com", "hvac.com", "oakland.org",
    "oakley.org", "maple.co.uk", "wood.co.uk", "riverbank.com", "markriver.com", "river.com", "müller-pumpen.de",
    "shop.maplewood.co.uk", "co.uk", "localhost",
)  # fmt: skip


@pytest.mark.parametrize(("domain", "like"), ALIKE.items())
def test_a_domain_that_looks_like_one_we_know_is_found(domain: str, like: str) -> None:
    found = likeness(domain, KNOWN)
    assert found is not None
    assert (found.domain, found.like) == (domain, like)


@pytest.mark.parametrize("domain", INNOCENT)
def test_an_innocent_domain_looks_like_none(domain: str) -> None:
    assert likeness(domain, KNOWN) is None


def test_an_internationalised_domain_is_shown_as_readers_see_it() -> None:
    assert decoded("xn--mller-kva.de") == "müller.de"
    assert decoded("xn--!!!.de") == "xn--!!!.de"
    assert decoded("Fieldstone.com") == "fieldstone.com"
