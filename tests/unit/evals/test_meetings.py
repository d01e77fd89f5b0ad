"""The meeting labels and their scoring: what counts as a hit, which texts are scored, and the border on real talk."""

from pathlib import Path

import pytest

from evals.meetings import LEAST_PRECISION, MeetingsHalf, main, under_the_border
from evals.meetings_labels import KINDS, Labelled, as_note, labels, meeting
from evals.meetings_rouge import drawn, lead, rouge
from evals.meetings_scoring import KindScore, MeetingScore, is_near, kinds_of, pooled_kinds
from state.errors import InvalidInput, NotFound
from state.evidence import Trust
from state.world.meeting_summary import ItemKind, MeetingSummary, SummaryItem, summarize

LABELLED = Labelled(file="one.json", sha256="0" * 64, split="report", decision=(5, 9), next_step=(20,))


def summary(*items: tuple[ItemKind, int]) -> MeetingSummary:
    found = (
        SummaryItem(kind=kind, text="x", quote="x", lines=(line,), record="one", trust=Trust.USER)
        for kind, line in items
    )
    return MeetingSummary(records=("one",), lines=30, items=tuple(found))


def test_the_line_itself_and_its_neighbours_hit_and_the_next_one_does_not() -> None:
    assert [is_near([line], (5,)) for line in (3, 4, 5, 6, 7)] == [False, True, True, True, False]


def test_an_item_of_another_kind_is_no_hit() -> None:
    found = pooled_kinds(kinds_of(summary((ItemKind.DECISION, 20), (ItemKind.DECISION, 4)), LABELLED))
    assert (found.precision.mean, found.precision.n) == (0.5, 2)
    assert found.recall.mean == pytest.approx(1 / 3)
    assert found.recall.n == 3


def test_chance_is_the_share_of_lines_that_would_hit() -> None:
    (decision, *_) = kinds_of(summary((ItemKind.DECISION, 4)), LABELLED)
    assert decision.chance == pytest.approx(6 / 30)


def test_nothing_found_is_unscored_and_under_the_border() -> None:
    empty = (KindScore(ItemKind.DECISION, (), (False,), 0.0),)
    scored = MeetingScore(LABELLED, empty, *[rouge("", "a b")] * 3)
    half = MeetingsHalf("none", (scored,))
    assert half.pooled.precision.mean is None
    assert under_the_border(half)
    assert "missed" in half.verdict


def test_rouge_counts_words_pairs_and_the_common_order() -> None:
    found = rouge("the cat sat", "the cat ran off")
    assert [found.one, found.two, found.longest] == pytest.approx([4 / 7, 2 / 5, 4 / 7])
    assert rouge("", "the cat").one == 0


def test_the_simple_summaries_keep_their_budget_and_repeat_themselves() -> None:
    lines = [f"line {number} of many" for number in range(50)]
    assert lead(lines, 8) == "line 0 of many line 1 of many"
    assert drawn(lines, 8, "a") == drawn(lines, 8, "a") != drawn(lines, 8, "b")


def test_each_half_has_its_meetings_and_none_stands_in_both() -> None:
    halves = {split: [one.file for one in labels() if one.split == split] for split in ("develop", "report")}
    assert len(halves["develop"]) >= 5
    assert len(halves["report"]) >= 8
    assert len({*halves["develop"], *halves["report"]}) == len(labels())


def test_a_transcript_that_was_not_labelled_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"one\.json"):
        meeting(LABELLED, tmp_path)
    (tmp_path / "one.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidInput, match="not the text that was labelled"):
        meeting(LABELLED, tmp_path)


def test_without_the_transcripts_it_says_so_and_returns_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "Name the folder of the transcripts" in capsys.readouterr().err


def test_the_report_half_reaches_the_border_and_every_label_is_a_line(shared_data: Path) -> None:
    folder = shared_data / "qmsum" / "Product" / "val"
    found: list[KindScore] = []
    for one in (one for one in labels() if one.split == "report"):
        lines = meeting(one, folder).lines
        assert all(1 <= mark <= len(lines) for kind in KINDS for mark in one.of(kind))
        found += kinds_of(summarize([as_note(one.file, lines)]), one)
    reached = pooled_kinds(found)
    assert reached.precision.mean is not None
    assert reached.precision.mean >= LEAST_PRECISION > reached.chance
