"""When two records are called one company or one person: thresholds and the words that do not count."""

from collections.abc import Mapping

from state.world.profile.part import Part, Points, Positive, Text


class Alikeness(Part):
    """From when two names are alike enough to be asked about."""

    name_likely: Points
    """0 to 100."""
    one_slip_from: Positive
    """A word of this many letters may differ by one."""
    two_slips_from: Positive


class CompanyMatching(Alikeness):
    """Companies."""

    legal_forms: Mapping[Text, tuple[Text, ...]]
    """Form → its spellings; two different forms are two companies."""


class PersonMatching(Alikeness):
    """People."""

    titles: tuple[str, ...]
    generations: tuple[str, ...]
    """Words such as jr; people who differ in one are two."""


class Resolution(Part):
    """Read from `resolution.yaml`."""

    companies: CompanyMatching
    people: PersonMatching
