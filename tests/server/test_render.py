"""Pages: what a seller reads, and that text from outside can do nothing there."""

import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from graphs.telling.report import QuestionOut
from graphs.working.scanning import Looked
from server.render.brief import brief_page
from server.render.inert import inert, one_line
from server.render.overview import overview
from server.render.page import brief_html
from server.render.pairs import paired
from server.render.proposals import decisions
from server.render.words import Reader, age, sources, verdict_words, way, without
from state.ids import AccountId, RunId
from state.ports.world import AccountRow
from tests.server.reports import NOW, READER, cited, meeting, proposal, report, section, statement

HOSTILE = "\x1b[31mPAID\x1b[0m [bold red]now[/bold red] \x07\u202egnirts\u200b <b>&"


def shown(page: RenderableType, width: int = 100, *, is_terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, markup=False, highlight=False, emoji=False, force_terminal=is_terminal
    )
    console.print(page)
    return out.getvalue()


def test_control_bytes_and_markup_are_gone_and_hidden_characters_are_seen() -> None:
    assert inert(HOSTILE) == "PAID now ⟨U+202E⟩gnirts⟨U+200B⟩ <b>&"


@pytest.mark.parametrize("text", ["[EXTERNAL] Re: price", "[sic]", "see [1] and [a list]", "a[0] = b[k]"])
def test_brackets_that_are_no_markup_stay(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    "text", ["[link=https://x.example]here[/link]", "[@click=app.bell]here[/]", "[dim]here"]
)
def test_markup_that_links_or_acts_is_dropped(text: str) -> None:
    assert inert(text) == "here"


@given(st.text(alphabet=string.printable + "\x1b\x9b\u202e\u200d\u2066\ufeff[]/", max_size=200))
def test_nothing_that_moves_a_cursor_or_hides_survives(text: str) -> None:
    found = inert(text)
    assert all(char.isprintable() or char == "\n" for char in found)
    assert "\n" not in one_line(text)


@given(st.text(max_size=80))
def test_making_text_inert_twice_changes_nothing_more(text: str) -> None:
    assert inert(inert(text)) == inert(text)


def test_markup_that_appears_when_other_markup_is_dropped_is_dropped_too() -> None:
    assert inert("[[bold]red]PAID[/[/]] [bo\x07ld]x") == "PAID x"


def test_a_hostile_page_holds_no_escape_and_no_style_of_its_own() -> None:
    page = brief_page(
        report(section("risks", statement(HOSTILE, cited(quote=HOSTILE))), meeting=meeting(HOSTILE)),
        HOSTILE,
        READER,
    )
    text = shown(page)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold red]" not in text
    assert text.count("⟨U+202E⟩") >= 3


def test_a_terminal_page_carries_only_our_own_styles() -> None:
    text = shown(brief_page(report(section("risks", statement(HOSTILE))), "Oak", READER), is_terminal=True)
    assert "\x1b[31mPAID" not in text
    assert "\x1b" in text


def test_the_brief_begins_with_the_meeting_and_the_three_lines() -> None:
    first = section("first_lines", statement("Objective: agree a date."), statement("Changed: nothing."))
    page = shown(
        brief_page(report(first, section("people", statement("Ann.")), meeting=meeting()), "Oak", READER)
    )
    assert "Wed 11 Mar 10:00 EDT (tomorrow), 45 min: Review" in page
    assert "Ann Lee (champion), supporter, last touch Mon 2 Mar" in page
    assert "Bo, bo@oak.example, not in the CRM" in page
    assert page.index("Objective") < page.index("PEOPLE")


def test_a_sentence_shows_its_source_with_its_age_and_the_quote_it_rests_on() -> None:
    told = statement(
        "They want more seats.", cited(quote="About 80 seats please.", source="mail", age_days=13)
    )
    page = shown(brief_page(report(section("intent", told)), "Oak", READER))
    assert "“About 80 seats please.” — mail, 13 days ago" in page
    assert "ev_1" not in page


def test_a_quote_that_stands_in_the_sentence_is_not_repeated() -> None:
    assert sources((cited(quote="Call me in June."),), "He wrote: “Call me in June.”") == (
        "(CRM, 3 days ago)",
        "",
    )


@pytest.mark.parametrize(
    ("kind", "mark"), [("fact", "•"), ("inferred", "≈"), ("unknown", "?"), ("contradiction", "≠")]
)
def test_every_kind_of_sentence_has_a_mark_of_its_own(kind: str, mark: str) -> None:
    page = shown(brief_page(report(section("risks", statement("So it is.", kind=kind))), "Oak", READER))
    assert f"{mark} So it is." in page


def test_an_empty_section_is_one_line_with_its_reason() -> None:
    page = shown(brief_page(report(section("news", empty="No news matched.")), "Oak", READER))
    assert "  news: No news matched." in page


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_longer_than_the_screen(width: int) -> None:
    long = statement("word " * 80, cited(quote="said " * 60, source="mail"))
    page = brief_page(report(section("risks", long), meeting=meeting("t" * 300)), "Oak", READER)
    assert max(len(line) for line in shown(page, width).splitlines()) <= width


def test_proposals_show_value_with_arithmetic_both_numbers_and_what_becomes_of_them() -> None:
    page = shown(decisions(report(proposals=(proposal(),)), READER))
    assert ".1 × 10,000 − 10 = $990" in page
    assert "84\N{NO-BREAK SPACE}%" in page
    assert "50\N{NO-BREAK SPACE}%" in page
    assert "Task is set." in page
    assert "[ac_01234567]" in page


def test_a_card_that_waits_is_named_with_its_command() -> None:
    waiting = proposal("send_email", "require_approval", "pending", recipient="Contact/ann")
    assert "revloop approve ac_01234567" in shown(decisions(report(proposals=(waiting,)), READER))


def test_a_card_of_somebody_else_is_not_said_to_wait_for_the_reader() -> None:
    waiting = proposal("update_crm", "require_approval", "pending", owner="priya")
    mine = Reader("America/New_York", NOW, {"priya": "Priya Nair"}, "maya")
    page = shown(decisions(report(proposals=(waiting,)), mine))
    assert "Waits for Priya Nair's approval." in page
    assert "revloop approve" not in page
    assert "WAITS FOR OTHERS" in page


def test_equal_acts_on_several_records_are_one_entry() -> None:
    cards = [
        proposal("close_out", "require_approval", "pending", id=f"pr_{one}", group=f"gr_{one % 2}")
        for one in range(4)
    ]
    page = shown(decisions(report(proposals=tuple(cards)), READER))
    assert page.count("1. 4 records to close out") == 1
    assert "2. " not in page.partition("WAITS FOR YOU")[0]
    fewer = shown(decisions(report(proposals=tuple(cards[:2])), READER))
    assert fewer.partition("WAITS FOR YOU")[0].count("Why now") == 2


def test_a_draft_and_its_sending_are_one_entry() -> None:
    draft = proposal("draft_email", recipient="Contact/ann", id="pr_d")
    send = proposal("send_email", "require_approval", "pending", recipient="Contact/ann", id="pr_s")
    other = proposal("send_email", "deny", None, recipient="Contact/bo", id="pr_o")
    entries = paired((draft, send, other))
    assert [(one.proposal.id, one.decided.id) for one in entries] == [("pr_d", "pr_s"), ("pr_o", "pr_o")]


def test_the_question_lists_its_options_by_number_and_what_it_changes() -> None:
    asked = QuestionOut(
        id="qu_1", text="Renewal or growth?", options=("renewal", "growth"), changes=("pr_1",)
    )
    page = shown(decisions(report(proposals=(proposal(),), question=asked), READER))
    assert "1. renewal" in page
    assert "2. growth" in page
    assert "Call Ann Lee at Oak Inc" in page
    assert "revloop answer qu_1" in page


@pytest.mark.parametrize(
    ("kind", "status", "words", "gone"),
    [
        ("allow", "executed", "Done by itself.", "done by itself"),
        ("require_approval", "executed", "Done after approval.", "decided"),
        ("require_approval", "pending", "Waits for your approval.", "to approve"),
        ("clarify", None, "Waits for your answer.", "held by a question"),
        ("deny", None, "Will not be done.", "will not be done"),
        ("not_before", "pending", "Waits.", "later"),
        ("require_approval", "cancelled", "Rejected.", "decided"),
    ],
)
def test_every_verdict_is_said_in_words(kind: str, status: str | None, words: str, gone: str) -> None:
    one = proposal(kind=kind, status=status)
    assert verdict_words(one.verdict, one.status).startswith(words)
    assert way(one) == gone


@pytest.mark.parametrize(
    ("days", "words"), [(0, "within a day"), (1, "a day ago"), (89, "89 days ago"), (90, "3 months ago")]
)
def test_ages_are_said_as_people_say_them(days: int, words: str) -> None:
    assert age(days) == words


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ("Write to Ann at Oak Inc: a new thread", "Write to Ann: a new thread"),
        ("Answer Ann at Oak Inc with a page", "Answer Ann with a page"),
        ("Start the process of Oak Inc Dispatch", "Start the process of Oak Inc Dispatch"),
        (
            "Review the scope of Oak Inc suite before the talk",
            "Review the scope of Oak Inc suite before the talk",
        ),
        ("Bring Ann of Oak Inc into the talk", "Bring Ann into the talk"),
        ("Send it once approved: Call Ann", "Call Ann"),
    ],
)
def test_what_stands_beside_it_is_left_out_but_never_a_part_of_another_name(what: str, left: str) -> None:
    assert without(what, "Oak Inc") == left


def test_the_page_is_whole_escaped_and_links_nowhere() -> None:
    page = brief_html(
        report(section("risks", statement(HOSTILE, cited(quote="<script>x</script>")))), "Oak <i>", READER
    )
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "Oak &lt;i&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme:dark" in page


def test_the_same_report_gives_the_same_page() -> None:
    one = report(section("risks", statement("So.", cited())), proposals=(proposal(),), meeting=meeting())
    assert brief_html(one, "Oak", READER) == brief_html(one.model_copy(), "Oak", READER)


def test_what_several_accounts_share_is_one_row_of_the_scan() -> None:
    rows = [AccountRow(account=AccountId(name), name=name) for name in ("Ash", "Bex", "Cor")]
    looked = [Looked(row, RunId("run"), is_new=True) for row in rows]
    shared = report(proposals=(proposal(action="ac_shared", description="Check the feed"),))
    page = shown(overview(looked, [shared] * 3, READER))
    assert page.count("Check the feed") == 1
    assert "3 in one card" in page
    assert "(Ash, Bex, Cor)" in page
