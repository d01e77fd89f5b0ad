"""`revloop policy prove|diff|test|dry-run`: what an admin sees before and after changing a policy."""

from pathlib import Path

import pytest

from tests.server.conftest import Cli

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "policies" / "base.yaml").read_text("utf-8")


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Give a policy with a lower border for what runs by itself."""
    path = tmp_path / "base.yaml"
    path.write_text(TEXT.replace("high_confidence: 0.85", "high_confidence: 0.7"), "utf-8")
    return path


@pytest.fixture
def nightless(tmp_path: Path) -> Path:
    """Give a policy without quiet hours."""
    start, end = TEXT.index("  - id: quiet-hours"), TEXT.index("  # By itself.")
    path = tmp_path / "base.yaml"
    path.write_text(TEXT[:start] + TEXT[end:], "utf-8")
    return path


def test_the_shipped_policy_is_proved(empty_home: Path, cli: Cli) -> None:
    ran = cli("policy", "prove", str(ROOT / "policies"))
    assert (ran.code, "all 7 laws proved" in ran.out) == (0, True)
    assert all(one["holds"] for one in laws(cli("policy", "prove", str(ROOT / "policies"), "--json").json))


def laws(told: dict[str, object]) -> list[dict[str, object]]:
    found = told["laws"]
    assert isinstance(found, list)
    return found


def test_a_broken_law_is_told_with_a_request_and_a_remedy(
    empty_home: Path, cli: Cli, nightless: Path
) -> None:
    ran = cli("policy", "prove", str(nightless))
    assert ran.code == 1
    for said in ("✗ Not so: Nothing leaves before", "send email of class 3", "Keep a hold rule"):
        assert said in ran.out
    checked = cli("policy", "check", str(nightless))
    assert (checked.code, "law quiet-hours" in checked.out) == (2, True)


def test_a_wider_policy_is_told_with_an_example_and_exits_1(empty_home: Path, cli: Cli, edited: Path) -> None:
    old = str(ROOT / "policies")
    ran = cli("policy", "diff", old, str(edited))
    assert ran.code == 1
    assert "allows something that the old one does not" in ran.out
    assert "runs by itself after 30 minutes" in " ".join(ran.out.split())
    back = cli("policy", "diff", str(edited), old, "--json")
    assert (back.code, back.json["wider"], back.json["same"]) == (0, False, False)


def test_one_action_is_asked_about_and_the_deciding_rule_named(empty_home: Path, cli: Cli) -> None:
    told = cli(
        "policy", "test", "--action", "update_crm", "agent.level=L2", "owner.opt_in=true", "--json"
    ).json
    assert told["answer"] == "it runs by itself after 30 minutes (rule class2-monitored)"
    assert told["layer"] == "base"
    page = cli("policy", "test", "--action", "send_email", "recipient.opted_out=yes").out
    assert "No, it would not be done, whoever approves." in page
    assert "The recipient has opted out" in page


def test_without_a_path_the_policy_in_force_answers_and_not_the_files(
    home: Path, cli: Cli, edited: Path
) -> None:
    asked = ("policy", "test", "--action", "update_crm", "agent.level=L2", "owner.opt_in=true", "--json")
    before = cli(*asked)
    folder = home / "tenants" / "fieldstone" / "policies"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "base.yaml").write_text(edited.read_text("utf-8"), "utf-8")
    after = cli(*asked)
    assert after.json["policy_version"] == before.json["policy_version"]
    assert "something else than the policy in force" in after.err
    assert cli(*asked, "--path", str(folder)).json["policy_version"] != before.json["policy_version"]
    assert "the policy in force" in cli("policy", "prove").out


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--action", "send_emial"), "Did you mean 'send_email'?"),
        (("--action", "send_email", "recipient.optedout=true"), "Did you mean 'recipient.opted_out'?"),
        (("--action", "send_email", "stop.on=maybe"), "stop.on cannot be 'maybe'"),
        (("--action", "send_email", "stop.on"), "Write stop.on=VALUE."),
    ],
)
def test_what_is_not_a_fact_is_told_with_the_nearest(
    empty_home: Path, cli: Cli, tokens: tuple[str, ...], said: str
) -> None:
    ran = cli("policy", "test", *tokens)
    assert (ran.code, said in ran.err) == (2, True)


def test_trying_the_policy_in_force_changes_nothing(home: Path, cli: Cli) -> None:
    told = cli("policy", "dry-run", str(ROOT / "policies"), "--json").json
    assert (told["changed"], told["unknown"]) == (0, 0)
    assert told["before"] == told["after"]
    assert int(str(told["judged"])) > 20


def test_trying_a_stricter_policy_counts_what_would_be_blocked(home: Path, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(TEXT.replace("mail_per_recipient_14d: 3", "mail_per_recipient_14d: 0"), "utf-8")
    ran = cli("policy", "dry-run", str(path))
    assert (ran.code, "it is not done (rule mail-cap-14d)" in ran.out) == (0, True)


def test_a_running_total_decides_and_is_named(empty_home: Path, cli: Cli) -> None:
    policies = str(ROOT / "policies")
    quote = ("draft_quote", "action.discount_percent=5", "agent.level=L2", "owner.opt_in=yes")
    for asked, rule in (
        ((*quote, "total.discount_quarter=100000.01"), "discount-total-needs-manager"),
        ((*quote, "total.discount_quarter=100000"), "class2-monitored"),
        (("send_email", "total.mails_day=61"), "mail-cap-day"),
    ):
        ran = cli("policy", "test", "--action", *asked, "--path", policies, "--json")
        verdict = ran.json["verdict"]
        assert isinstance(verdict, dict)
        assert (ran.code, verdict["rule"]) == (0, rule)


def test_a_larger_budget_is_a_wider_policy_and_is_told(empty_home: Path, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(TEXT.replace("cost: EXP, calls: 200}", "cost: EXP, calls: 900}"), "utf-8")
    ran = cli("policy", "diff", str(ROOT / "policies"), str(path))
    assert ran.code == 1
    assert "the tenant may see 900 EXP calls instead of 200" in " ".join(ran.out.split())
