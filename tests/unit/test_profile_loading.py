"""Profile folders are layered safely, and a profile that contradicts itself is refused."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from state.errors import InvalidInput, NotFound
from state.world.profile import OPTIONAL_PARTS, REQUIRED_PARTS, profile_hash
from tools.files import load_profile

SHIPPED = Path(__file__).parents[2] / "profile"
PROFILE = load_profile([SHIPPED])


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_blocked_domain_covers_its_subdomains_until_its_last_day(tmp_path: Path) -> None:
    folder = edited(
        tmp_path,
        "competitors.yaml",
        "block_list:",
        "block_list:\n  - {domain: calder.example, reason: r, until: 2026-03-31}",
    )
    competitors = load_profile([folder, edited(folder, "company.yaml", "", ""), SHIPPED]).competitors
    assert competitors is not None
    asked = [
        competitors.blocked(domain, date(2026, 3, day))
        for domain, day in (("mail.CALDER.example", 31), ("notcalder.example", 1))
    ]
    assert [block is not None for block in asked] == [True, False]
    assert competitors.blocked("calder.example", date(2026, 4, 1)) is None


def test_the_first_folder_with_a_file_wins(tmp_path: Path) -> None:
    mine = edited(tmp_path / "mine", "judgement.yaml", "a_from: 100000", "a_from: 90000")
    assert load_profile([mine, SHIPPED]).judgement.segment_tiers.a_from == 90_000
    assert load_profile([SHIPPED, mine]).judgement.segment_tiers.a_from == 100_000


def test_another_company_does_not_borrow_prices_fit_or_competitors(tmp_path: Path) -> None:
    other = edited(tmp_path / "other", "company.yaml", "name: Fieldstone\n", "name: Elsewhere\n")
    profile = load_profile([other, SHIPPED])
    assert profile.not_configured() == ("icp", "prices", "competitors")
    assert profile.effects is not None


def test_an_empty_optional_file_means_not_configured(tmp_path: Path) -> None:
    (tmp_path / "effects.yaml").write_text("# none here\n", encoding="utf-8")
    assert load_profile([tmp_path, SHIPPED]).effects is None


@pytest.mark.parametrize("name", REQUIRED_PARTS)
def test_a_required_file_that_is_missing_or_empty_is_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED, folder)
    (folder / f"{name}.yaml").write_text("", encoding="utf-8")
    with pytest.raises(InvalidInput, match=name):
        load_profile([folder])
    (folder / f"{name}.yaml").unlink()
    with pytest.raises(NotFound, match=name):
        load_profile([folder])


def test_optional_files_may_all_be_missing(tmp_path: Path) -> None:
    for name in REQUIRED_PARTS:
        shutil.copy(SHIPPED / f"{name}.yaml", tmp_path)
    assert load_profile([tmp_path]).not_configured() == OPTIONAL_PARTS


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("company.yaml", "manager: dana", "manager: dna", "dna"),
        ("company.yaml", "manager: dana", "delegate: dana", "delegate"),
        ("company.yaml", "id: tom,", "id: maya,", "same id"),
        ("company.yaml", "tom@fieldstone.example", "tom@elsewhere.example", "verified_domains"),
        ("company.yaml", "zone: America/New_York", "zone: America/Nowhere", "IANA"),
        ("company.yaml", "region: US", "region: ZZ", "calendar.yaml"),
        ("company.yaml", "id: insights", "id: insight", "does not sell"),
        ("company.yaml", "user: tom, quarter", "user: tim, quarter", "tim"),
        ("calendar.yaml", "default_region: US", "default_region: ZZ", "ZZ"),
        ("calendar.yaml", "day: 2024-01-15", "day: 2024-01-01", "listed twice"),
        ("calendar.yaml", "America/Detroit", "Europe/Paris", "two regions"),
        ("calendar.yaml", 'start: "19:00", end: "08:00"', 'start: "08:00", end: "08:00"', "same time"),
        ("pipeline.yaml", "qualified_from: Discovery", "qualified_from: Discover", "qualified_from"),
        ("pipeline.yaml", "default: New business", "default: Old business", "Old business"),
        ("pipeline.yaml", "won: Closed Won", "won: Discovery", "twice"),
        ("prices.yaml", "up_to_percent: 20", "up_to_percent: 9", "rise"),
        ("effects.yaml", "stake: expansion, p_without", "stake: renewal, p_without", "two baselines"),
        (
            "effects.yaml",
            "{action_type: brief, stake: renewal",
            "{action_type: brief, stake: new",
            "listed twice",
        ),
        ("icp.yaml", "points: 42", "points: 43", "101"),
        ("icp.yaml", "tier_b_from: 50", "tier_b_from: 80", "tier_b_from"),
        ("judgement.yaml", "{usage: 35", "{usage: 36", "101"),
        ("judgement.yaml", "b_from: 25000", "b_from: 250000", "b_from"),
        ("judgement.yaml", "seconds: 20", "seconds: 301", "300"),
        ("judgement.yaml", "default_level: L1", "default_level: L3", "default_level"),
        ("brief.yaml", "cut_order: [usage", "cut_order: [people, usage", "never_cut"),
        ("sources.yaml", "    hard_hours: 24\n", "", "both"),
        ("sources.yaml", "name: form", "name: mail", "listed twice"),
        ("competitors.yaml", "name: Crewline", "name: RouteRight", "listed twice"),
        ("personas.yaml", "role: champion", "role: user", "same role"),
    ],
)
def test_a_profile_that_contradicts_itself_is_refused(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED, folder)
    edited(folder, name, old, new)
    with pytest.raises(InvalidInput, match=message) as caught:
        load_profile([folder])
    assert caught.value.remedy


def test_the_hash_names_the_content_and_not_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED, folder)
    assert profile_hash(load_profile([folder])) == profile_hash(PROFILE)
    edited(folder, "prices.yaml", "amount: 800", "amount: 801")
    assert profile_hash(load_profile([folder])) != profile_hash(PROFILE)
