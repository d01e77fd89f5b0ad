"""What is planted for S13 to S29, recomputed from the events alone and compared with the truth file."""

from collections import Counter
from datetime import UTC, date, datetime

from tests.conftest import ROOT
from tests.unit.fieldstone import (
    NEW_YORK,
    contract,
    days_of,
    days_to,
    fact,
    held_with,
    latest,
    read,
    records,
    series,
    text,
    told,
    truth,
)
from tools.files import load_profile


def steps(account: str) -> list[dict[str, object]]:
    found = records(account, "plan.updated")[-1]["steps"]
    assert isinstance(found, list)
    return found


def test_s13_two_companies_begin_alike_and_have_no_meeting_ahead() -> None:
    names = [
        str(latest(account, "account.updated", "name")) for account in ("meridian-health", "meridian-freight")
    ]
    assert len({name.split()[0] for name in names}) == 1
    ahead = [r for a in ("meridian-health", "meridian-freight") for r in records(a, "meeting.updated")
             if str(r.get("starts_at", "")) > "2026-03-10T12"]  # fmt: skip
    assert len(ahead) == fact("S13", "meetings")


def test_s14_claire_in_paris_waits_for_an_answer() -> None:
    assert latest("northgate-foods", "contact.updated", "zone") == fact("S14", "zone")
    assert latest("northgate-foods", "account.updated", "city") == fact("S14", "city")
    assert days_of("northgate-foods", "mail.received") == [fact("S14", "asked_on")]
    assert not records("northgate-foods", "mail.sent")


def test_s15_maya_promised_forty_seats_by_6_march_and_sent_nothing() -> None:
    note = records("oakhaven-hotels", "note.added")[-1]
    assert (note["author"], note["kind"]) == ("maya", "call")
    assert "I promised to send the pricing for 40 Dispatch seats by 6 March." in str(note["text"])
    assert days_of("oakhaven-hotels", "note.added", kind="call") == [fact("S15", "noted_on")]
    assert not records("oakhaven-hotels", "mail.sent")
    assert fact("S15", "price") == 40 * 800
    assert latest("oakhaven-hotels", "deal.updated", "amount") == "32000"


def test_s16_the_buyer_and_our_newsletter_both_name_the_competitor() -> None:
    assert str(fact("S16", "quote")) in text("pinnacle-mining")
    assert days_of("pinnacle-mining", "note.added", kind="call") == [fact("S16", "said_on")]
    letters = [r for r in records("pinnacle-mining", "mail.sent") if "RouteRight" in str(r["text"])]
    assert [letter["bulk"] for letter in letters] == [True]


def test_s17_two_records_of_one_company_share_domain_and_person() -> None:
    for account in ("quarry-stone-ltd", "quarrystone-limited"):
        assert latest(account, "account.updated", "domain") == fact("S17", "domain")
        assert latest(account, "contact.updated", "email") == fact("S17", "email")
        assert days_of(account, "mail.received", sender="ed.moss@quarrystone.example") == [
            fact("S17", "asked_on")
        ]


def test_s18_redwood_has_three_weeks_and_no_security_review() -> None:
    deal = records("redwood-bank", "deal.updated")
    assert (deal[0]["amount"], deal[0]["close_on"]) == (str(fact("S18", "amount")), fact("S18", "close_on"))
    left = days_to(deal[0]["close_on"])
    legal = load_profile([ROOT / "profile"]).pipeline.paper_step("legal")
    assert left == fact("S18", "days_left")
    assert legal is not None
    assert legal.median_days > left
    step = records("redwood-bank", "process.updated")
    assert [(s["step"], s["status"]) for s in step] == [("security_review", fact("S18", "security_review"))]
    assert deal[-1]["discount_requested_percent"] == str(fact("S18", "discount_percent"))
    assert "18 % off" in text("redwood-bank")


def test_s19_only_the_news_tells_of_silverline() -> None:
    news = records("silverline-airports", "news.published")
    assert [item["kind"] for item in news] == ["person_joined", "hiring"]
    assert "14 dispatcher jobs" in str(news[1]["headline"])
    assert "CFO" not in text("silverline-airports")


def test_s20_thornbury_asked_while_tom_was_away() -> None:
    asked = days_of("thornbury-gas", "mail.received", sender="paul.reeves@thornbury.example")[-1]
    assert asked == fact("S20", "asked_on")
    assert asked not in days_of("thornbury-gas", "mail.sent")
    assert str(fact("S20", "away_from")) <= asked <= str(fact("S20", "away_until"))


def test_s21_union_has_churned_with_a_deal_open_and_a_reminder_due() -> None:
    assert latest("union-dairy", "account.churned", "churned_on") == fact("S21", "churned_on")
    closed = {record["deal"] for record in records("union-dairy", "deal.closed")}
    still = [
        r["amount"]
        for r in records("union-dairy", "deal.updated")
        if "amount" in r and r["deal"] not in closed
    ]
    assert still == [str(fact("S21", "amount"))]
    waiting = [(s["title"], str(s["due_at"])[:10]) for s in steps("union-dairy") if s["status"] == "waiting"]
    assert waiting == [(fact("S21", "step"), fact("S21", "step_due_on"))]
    assert max(series("union-dairy")) == date(2026, 1, 30)


def test_s22_six_opens_within_two_seconds_four_after_delivery() -> None:
    opens = [(when, record) for kind, when, record in told()["vantage-solar"] if kind == "mail.opened"]
    delivered = datetime.fromisoformat(str(opens[0][1]["delivered_at"]))
    assert len(opens) == fact("S22", "opens")
    assert (opens[0][0] - delivered).total_seconds() == fact("S22", "after_delivery_seconds")
    assert (opens[-1][0] - opens[0][0]).total_seconds() == fact("S22", "within_seconds")


def test_s23_westfield_is_at_day_12_with_9_percent_in_use() -> None:
    since = latest("westfield-clinics", "account.updated", "customer_since")
    values = series("westfield-clinics")
    seats = contract("westfield-clinics")["seats"]
    assert isinstance(seats, int)
    assert -days_to(since) == fact("S23", "day") == len(values)
    assert sum(values.values()) * 100 / len(values) / seats == fact("S23", "usage_percent")


def test_s24_of_xenon_only_the_entry_of_yesterday_is_known() -> None:
    assert len(told()["xenon-labs"]) == fact("S24", "events")
    assert latest("xenon-labs", "account.updated", "created_on") == fact("S24", "created_on")


def test_s25_a_revival_plan_of_yarrow_is_running() -> None:
    plan = records("yarrow-homes", "plan.updated")
    assert [(p["kind"], p["status"]) for p in plan] == [(fact("S25", "plan"), fact("S25", "plan_status"))]


def test_s26_zephyr_lost_a_quarter_and_went_back_forth_and_back() -> None:
    deal = [
        (when.date().isoformat(), r) for kind, when, r in told()["zephyr-air-cargo"] if kind == "deal.updated"
    ]
    amounts = [(day, int(str(r["amount"]))) for day, r in deal if "amount" in r]
    assert [amount for _, amount in amounts] == [fact("S26", "amount_before"), fact("S26", "amount_after")]
    assert amounts[-1][0] == fact("S26", "changed_on")
    stages = [(day, r["stage"]) for day, r in deal if "stage" in r][-4:]
    assert [stage for _, stage in stages] == fact("S26", "stages")
    assert [day for day, _ in stages[1:]] == fact("S26", "moved_on")


def test_s27_alder_asked_twelve_times_how_and_rated_each_answer_five() -> None:
    opened = [r for r in records("alder-hospitals", "ticket.updated") if "opened_on" in r]
    assert Counter((r["severity"], r["kind"]) for r in opened) == {(4, "how_to"): fact("S27", "tickets")}
    assert all(-13 <= days_to(r["opened_on"]) <= 0 for r in opened)
    closed = [r for r in records("alder-hospitals", "ticket.updated") if r["status"] == "closed"]
    assert [r["rating"] for r in closed] == [5] * 12
    assert latest("alder-hospitals", "account.updated", "in_rollout") is True


def test_s28_birchwoods_buyer_wants_no_call_before_june() -> None:
    assert str(fact("S28", "quote")) in text("birchwood-ferries")
    assert days_of("birchwood-ferries", "mail.received") == [fact("S28", "said_on")]
    assert days_to(held_with("birchwood-ferries", "birchwood.example")[-1]) < -45
    assert days_of("birchwood-ferries", "mail.sent") == ["2026-02-16", "2026-02-17"]


def test_s29_three_people_of_two_teams_wrote_before_the_form_came() -> None:
    form = next((when, r) for kind, when, r in told()["cobalt-rentals"] if kind == "form.submitted")
    assert form[0].astimezone(UTC).isoformat() == str(fact("S29", "form_at")).replace("Z", "+00:00")
    assert form[0].astimezone(NEW_YORK).strftime("%H:%M") == "22:10"
    assert (form[1]["sender_name"], form[1]["text"]) == (fact("S29", "person"), fact("S29", "form"))
    wrote = {
        r["sender"]
        for kind, when, r in told()["cobalt-rentals"]
        if kind == "mail.received" and days_to(when.date()) >= -7
    }
    teams = {r["department"] for r in records("cobalt-rentals", "contact.updated") if r["email"] in wrote}
    assert (len(wrote), len(teams)) == (fact("S29", "people"), fact("S29", "teams"))


def test_every_story_has_its_accounts_and_owner() -> None:
    for name, story in truth().items():
        accounts, owners = story["accounts"], story.get("owners") or [story.get("owner")]
        assert isinstance(accounts, list)
        assert isinstance(owners, list)
        assert [latest(account, "account.updated", "owner") for account in accounts] == (owners * 3)[
            : len(accounts)
        ], name
    assert (
        sum(len(accounts) for story in truth().values() if isinstance(accounts := story["accounts"], list))
        == 33
    )


def test_the_clock_of_the_truth_is_the_samples() -> None:
    assert read().clock == datetime(2026, 3, 10, 12, tzinfo=UTC)
