"""What an effect's hash covers, and what cannot be an effect."""

from dataclasses import replace

import pytest

from state.canonical import Json
from state.errors import InvalidInput
from state.governance.effect import Effect, effect_hash, rest_hash
from tests.fakes.drafts import effect


def test_the_same_effect_has_the_same_hash_whatever_the_order_of_its_arguments() -> None:
    one = effect()
    other = replace(one, arguments=dict(reversed(list(one.arguments.items()))))
    assert effect_hash(one) == effect_hash(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"tool": "x"}, {"action_type": "x"}, {"arguments": {"to": "x"}}, {"recipients": ("x@y.example",)},
        {"external": False}, {"content": "x"}, {"attachments": ("0" * 64,)},
        {"recipients": ("lee@customer.example", "cc@customer.example")},
    ],
    ids=str,
)  # fmt: skip
def test_every_part_the_transport_gets_is_in_the_hash(changed: dict[str, object]) -> None:
    assert effect_hash(replace(effect(), **changed)) != effect_hash(effect())  # type: ignore[arg-type]  # one field each


@pytest.mark.parametrize("address", ["", "a@b\r\nBcc: c@d", "a@b\n", "a\x00@b", "a\x7f@b"])
def test_a_recipient_with_a_line_break_cannot_be_drafted(address: str) -> None:
    with pytest.raises(InvalidInput):
        Effect("email.send", "send_email", {}, (address,), external=True, content="")


def test_a_changed_fact_changes_the_rest_and_the_order_of_facts_does_not() -> None:
    facts: dict[str, Json] = {"a": "1", "b": True}
    assert rest_hash(facts) == rest_hash(dict(reversed(list(facts.items()))))
    assert rest_hash(facts) != rest_hash({**facts, "b": False})
