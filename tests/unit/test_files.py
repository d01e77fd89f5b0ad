"""Plain YAML in, typed models out, and a clear fault for everything else."""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from state.canonical import Json
from state.errors import InvalidInput, NotFound
from state.world.profile import Prices, Signals
from tools.files import MAX_BYTES, load_model, read_yaml
from tools.plain_yaml import MAX_DEPTH, parse_located

SHIPPED = Path(__file__).parents[2] / "profile"


def written(folder: Path, text: str, name: str = "one.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    return written(folder, text.replace(old, new, 1), name)


def test_surprising_words_dates_and_times_stay_text(tmp_path: Path) -> None:
    path = written(tmp_path, "a: NO\nb: on\nc: 19:00\nd: 2026-03-10\ne: 0o17\nf: 1_000\ng: .inf\nh: 012\n")
    assert read_yaml(path) == {
        "a": "NO",
        "b": "on",
        "c": "19:00",
        "d": "2026-03-10",
        "e": "0o17",
        "f": "1_000",
        "g": ".inf",
        "h": "012",
    }


def test_numbers_truth_values_and_null_are_read_and_quoted_ones_stay_text(tmp_path: Path) -> None:
    path = written(tmp_path, 'a: [12, -3, 0.25, .09, true, false, null, ~]\nb: ["12", "true"]\n')
    assert read_yaml(path) == {"a": [12, -3, 0.25, 0.09, True, False, None, None], "b": ["12", "true"]}


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "# only a comment\n")) is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x 1\nb: *x\n", 1, "anchors"),
        ("a: 1\nb:\n  c: 2\n  c: 3\n", 4, "'c' is written twice"),
        ("a: 1\nb: !!python/object/apply:os.getcwd []\n", 2, "tag"),
        ("a: !!int 3\n", 1, "tag"),
        ("? [1, 2]\n: 3\n", 1, "key"),
        ("? !!str a\n: 3\n", 1, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "did not find"),
        ("a: 1\n\tb: 2\n", 2, "found"),
        ("a: \x01\n", 1, "character"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_yaml(written(tmp_path, text))
    assert f"one.yaml line {line}: " in caught.value.message
    assert message in caught.value.message
    assert caught.value.remedy


def test_nesting_is_allowed_up_to_its_limit_and_refused_beyond(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "[" * (MAX_DEPTH - 1) + "1" + "]" * (MAX_DEPTH - 1)))
    for depth in (MAX_DEPTH, 100_000):
        with pytest.raises(InvalidInput, match="nested"):
            read_yaml(written(tmp_path, "[" * depth + "1" + "]" * depth))


def test_a_file_at_the_size_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "#" * (MAX_BYTES - 2) + "\n1")) == 1
    with pytest.raises(InvalidInput, match="larger"):
        read_yaml(written(tmp_path, "#" * (MAX_BYTES - 1) + "\n1"))


def test_a_missing_file_a_folder_and_another_encoding_are_named(tmp_path: Path) -> None:
    for missing in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(NotFound, match="is not a file"):
            read_yaml(missing)
    (tmp_path / "latin.yaml").write_bytes("a: é".encode("latin-1"))
    with pytest.raises(InvalidInput, match="UTF-8"):
        read_yaml(tmp_path / "latin.yaml")


def test_a_misspelt_key_names_file_line_field_and_the_key_that_was_meant(tmp_path: Path) -> None:
    path = changed(tmp_path, "signals.yaml", "  longest_min_cycles: 20", "  longest_min_cycle: 20")
    line = (
        path.read_text()
        .splitlines()
        .index(next(text for text in path.read_text().splitlines() if "longest_min_cycle:" in text))
    )
    with pytest.raises(InvalidInput) as caught:
        load_model(path, Signals)
    assert f"signals.yaml line {line + 1}: DEAL_STALE.longest_min_cycle is not a known field." in str(
        caught.value
    )
    assert caught.value.remedy == "Did you mean longest_min_cycles?"
    assert caught.value.field == "DEAL_STALE.longest_min_cycle"


def test_a_misspelt_signal_name_is_guessed_and_a_foreign_one_lists_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Did you mean DEAL_AGING"):
        load_model(changed(tmp_path, "signals.yaml", "DEAL_AGING:", "DEAL_AGEING:"), Signals)
    with pytest.raises(InvalidInput, match=r"Known here: life, .* and \d+ more\."):
        load_model(changed(tmp_path, "signals.yaml", "life:", "colour: blue\nlife:"), Signals)


def test_a_key_misspelt_inside_a_list_is_guessed_too(tmp_path: Path) -> None:
    path = changed(tmp_path, "prices.yaml", "{product: insights, amount", "{product: insights, amout")
    with pytest.raises(InvalidInput, match=r"products\[1\]\.amout is not a known field.*Did you mean amount"):
        load_model(path, Prices)


def test_a_missing_field_and_a_wrong_value_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"four_eyes_above_percent is missing"):
        load_model(changed(tmp_path, "prices.yaml", "four_eyes_above_percent: 10", ""), Prices)
    with pytest.raises(InvalidInput) as caught:
        load_model(changed(tmp_path, "prices.yaml", "discount_percent: 5", "discount_percent: 105"), Prices)
    assert (caught.value.field, caught.value.value) == ("terms[0].discount_percent", "105")
    with pytest.raises(InvalidInput, match="Use 'seller', 'manager' or 'deal_desk'"):
        load_model(
            changed(tmp_path, "prices.yaml", "approver: manager", "approver: boss"),
            Prices,
        )


def test_a_file_that_is_a_list_is_refused_by_its_first_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"one\.yaml line 1: the file"):
        load_model(written(tmp_path, "- 1\n"), Prices)


def test_an_unchanged_file_is_read_once_and_an_edited_one_anew(tmp_path: Path) -> None:
    first = load_model(
        changed(tmp_path, "prices.yaml", "four_eyes_above_percent: 10", "four_eyes_above_percent: 11"), Prices
    )
    path = tmp_path / "prices.yaml"
    assert load_model(path, Prices) is first
    path.write_text(path.read_text().replace("above_percent: 11", "above_percent: 12"), encoding="utf-8")
    assert load_model(path, Prices).four_eyes_above_percent == 12


def test_decimals_keep_the_digits_of_the_file(tmp_path: Path) -> None:
    signals = load_model(
        changed(tmp_path, "signals.yaml", "percentile: 0.90", "percentile: 0.905"),
        Signals,
    )
    assert signals.deal_aging.percentile == Decimal("0.905")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("abc :#-'\"{}[]é\n", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab c:", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(value=PLAIN)
def test_what_a_yaml_writer_writes_is_read_back(value: Json) -> None:
    text = yaml.dump(value, Dumper=NoAliases, allow_unicode=True)
    assert parse_located(text, "x").value == value


class NoAliases(yaml.SafeDumper):
    """Writes every value out."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@given(text=st.text(max_size=60))
def test_any_text_is_read_or_refused_but_never_crashes(text: str) -> None:
    with suppress(InvalidInput):
        assert parse_located(text, "x").line_of(["a", 0]) >= 1
