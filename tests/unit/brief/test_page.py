"""The page as a whole: order, length, what is never cut, and evidence behind every fact."""

import re
from dataclasses import replace
from functools import cache

import pytest

from agents.critic.review import names_of
from agents.playbook.brief import compose_brief
from agents.playbook.brief.page import page_words
from state.decision.brief import Brief
from state.decision.grounding import Grounding
from state.ports.deciding import Deliberating
from tests.build import PROFILE, Story
from tests.unit.brief.pages import about, compose, lines, loose, page, section
from tests.unit.playbook.desk import fieldstone

NEVER_CUT = ("open_promises", "contradictions", "unknowns", "people")
SEEDS = (7, 3)
STORIES = [f"S{number}" for number in range(1, 30)]


def acme(seed: int = 7) -> Deliberating:
    company = fieldstone(seed)
    return company.about(company.of("S1"), intent="prep")


@cache
def everything() -> tuple[Brief, ...]:
    """Write every page of the sample company, in two casts."""
    return tuple(
        brief for seed in SEEDS for briefs in (pages(seed, story) for story in STORIES) for brief in briefs
    )


@cache
def pages(seed: int, story: str) -> tuple[Brief, ...]:
    """Write the pages of one story."""
    company = fieldstone(seed)
    accounts = company.sample.accounts[story]
    return tuple(compose(company.about(account, intent="prep")) for account in accounts)


@pytest.mark.parametrize("seed", [7, 3])
def test_acme_fits_one_page_with_everything_that_is_never_cut(seed: int) -> None:
    brief = compose(acme(seed))
    assert brief.word_count == sum(len(one.text.split()) for one in brief.statements()) <= 500
    assert page_words(brief.sections) <= 500
    assert set(NEVER_CUT) <= {one.id for one in brief.sections}
    assert set(brief.cut) <= set(PROFILE.brief.cut_order)


def test_the_first_three_lines_come_first_and_the_rest_in_the_order_of_the_profile() -> None:
    brief = compose(acme())
    names = [one.id for one in brief.sections]
    assert names[0] == "first_lines"
    assert names[1:] == [one.id for one in PROFILE.brief.sections if one.id not in brief.cut]
    assert [line.partition(":")[0] for line in lines(brief, "first_lines")] == [
        "Objective", "What changed", "What can go wrong",
    ]  # fmt: skip
    assert sum(len(line.split()) for line in lines(brief, "first_lines")) <= 66


@pytest.mark.parametrize("story", STORIES)
def test_every_fact_of_the_sample_company_stands_in_what_it_cites(story: str) -> None:
    for seed in SEEDS:
        company = fieldstone(seed)
        for account, brief in zip(company.sample.accounts[story], pages(seed, story), strict=True):
            assert loose(brief, company.about(account, intent="prep")) == {}
            assert brief.word_count <= 500


def test_every_fact_cites_something_and_every_line_has_an_id_of_its_own() -> None:
    for brief in everything():
        assert [one.text for one in brief.statements() if one.kind == "fact" and not one.evidence] == []
        ids = [one.id for one in brief.statements()]
        assert len(ids) == len(set(ids))


def test_every_empty_section_says_why_in_one_line() -> None:
    for brief in everything():
        for one in brief.sections:
            assert bool(one.statements) is (one.empty_reason is None)
            assert one.empty_reason is None or one.empty_reason.endswith(".")


def test_no_line_shows_a_machine_date_a_code_word_or_a_bare_long_number() -> None:
    for brief in everything():
        for one in brief.statements():
            quoted = re.sub(r"“[^”]*”", "", one.text)
            assert not re.search(r"\d{4}-\d\d-\d\d|(?<![\w@./-])[a-z]+_[a-z]+|(?<![\d,-])\d{5,}", quoted), (
                one.text
            )


def test_no_changed_digit_of_acme_goes_unnoticed() -> None:
    deliberating = acme()
    law, unnoticed, tried = Grounding(names_of(deliberating)), [], 0
    for one in compose(deliberating).statements():
        if one.kind != "fact" or any(item.field == "values" for item in one.evidence):
            continue  # a usage series holds many numbers, and one of them may be the changed one
        for place, sign in enumerate(one.text):
            if sign.isdigit():
                tried += 1
                other = str((int(sign) + 4) % 9 + 1)
                changed = one.model_copy(update={"text": one.text[:place] + other + one.text[place + 1 :]})
                if other != sign and not law.missing(changed):
                    unnoticed.append(changed.text)
    assert tried > 40
    assert unnoticed == []


def test_without_its_citations_no_valued_fact_of_acme_stands() -> None:
    deliberating = acme()
    law = Grounding(names_of(deliberating))
    for one in compose(deliberating).statements():
        if one.kind == "fact" and any(sign.isdigit() for sign in one.text):
            assert law.missing(one.model_copy(update={"evidence": ()})), one.text


def test_the_same_situation_gives_the_same_page() -> None:
    assert compose(acme()).model_dump_json() == compose(acme()).model_dump_json()


def rich() -> Story:
    """Tell an account with something under every head that may be cut."""
    story = (
        Story().customer(name="Acme", owner="maya").person("Cy Champ", roles=["champion"])
        .contract(product="dispatch", seats=100, annual_value="80000", currency="USD", ends_on="2027-01-31")
        .usage([50] * 120).meeting("2026-02-20T15:00", ["cy@acme.example"], title="Review", status="held")
        .news("Acme opens a depot", "2026-03-05", kind="expansion", matched_by="domain")
    )  # fmt: skip
    for day in range(1, 8):
        story.reads(
            "commitment", f"2026-03-0{day}", f"I will send item {day}.", speaker="us", actor="maya",
            actor_side="us", deliverable=f"item {day}", due_on="2026-04-01",
        )  # fmt: skip
    return story


@cache
def told() -> Deliberating:
    return about(rich())


def limited(words: int) -> Brief:
    form = PROFILE.brief.model_copy(update={"word_limit": words})
    return compose_brief(replace(told(), profile=PROFILE.model_copy(update={"brief": form})), (), None)


def test_usage_goes_first_then_history_then_news() -> None:
    whole = limited(500)
    assert whole.cut == ()
    assert all(section(whole, name).statements for name in ("usage", "history", "news"))
    orders = [limited(limit).cut for limit in range(page_words(whole.sections), 60, -1)]
    assert list(dict.fromkeys(orders)) == [(), ("usage",), ("usage", "history"), ("usage", "history", "news")]


def test_after_the_cut_order_single_lines_go_but_never_what_must_stay() -> None:
    whole, short = limited(500), limited(70)
    for name in ("first_lines", *NEVER_CUT):
        assert section(short, name) == section(whole, name)
    assert short.word_count < whole.word_count
    assert all(
        len(one.statements) <= 1 for one in short.sections if one.id not in ("first_lines", *NEVER_CUT)
    )


def test_many_promises_are_told_as_some_and_a_count() -> None:
    told = section(page(rich()), "open_promises").statements
    assert len(told) == 5
    assert told[-1].text == "3 further open promises."
    assert told[-1].operations[0].name == "count"


def test_without_the_playbooks_words_a_page_is_written_too() -> None:
    deliberating = acme()
    brief = compose_brief(deliberating, (), None)
    assert brief.meeting is not None
    assert brief.meeting.purpose == "unclear"
    assert section(brief, "next_step").empty_reason == "None proposed."
