"""Standard Webhooks: what is signed, in time and new is taken; everything else is refused with its reason."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.connectors.webhook import MAX_BODY, Genuine, Refusal, key_of, signature, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NAME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The vector of the specification's reference libraries."""
HEADERS = {"webhook-id": NAME, "webhook-timestamp": "1614265330", "webhook-signature": SIGNED}


def check(
    headers: Mapping[str, str] = HEADERS,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
    now: datetime = AT,
    seen: frozenset[str] = frozenset(),
) -> str:
    """Give the code of a refusal, or `genuine`."""
    found = verify(headers, body, secrets, now, seen.__contains__)
    return found.code if isinstance(found, Refusal) else "genuine"


def test_the_published_vector_is_genuine() -> None:
    assert verify(HEADERS, BODY, [SECRET], AT, lambda _: False) == Genuine(NAME, AT)
    key = key_of(SECRET)
    assert key is not None
    assert signature(key, NAME, AT, BODY) == SIGNED


def test_names_of_headers_are_read_in_any_case() -> None:
    assert check({name.title(): value for name, value in HEADERS.items()}) == "genuine"


@pytest.mark.parametrize("name", HEADERS)
def test_a_missing_header_is_unsigned(name: str) -> None:
    assert check({key: value for key, value in HEADERS.items() if key != name}) == "unsigned"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": SIGNED.replace("v1,", "v2,")},
        {"webhook-signature": SIGNED[3:]},
        {"webhook-signature": f"v1a,{SIGNED[3:]}"},
        {"webhook-signature": "é,é"},
    ],
)
def test_a_delivery_that_differs_in_one_field_is_forged(change: Mapping[str, str]) -> None:
    assert check({**HEADERS, **change}) == "forged"


@given(body=st.binary(max_size=200))
def test_another_body_is_forged(body: bytes) -> None:
    assert check(body=body) == ("genuine" if body == BODY else "forged")


def test_another_secret_is_forged_and_no_secret_is_not_configured() -> None:
    assert check(secrets=(OTHER,)) == "forged"
    for none in ((), ("",), ("whsec_!!",), ("whsec_YQ==",)):
        assert check(secrets=none) == "not_configured"


def test_while_a_secret_is_changed_both_fit_and_of_several_signatures_one_is_enough() -> None:
    assert check(secrets=(OTHER, SECRET)) == "genuine"
    assert check({**HEADERS, "webhook-signature": f"v1,AAAA v1a,xx {SIGNED}"}) == "genuine"


def test_signatures_beyond_the_first_twenty_are_not_tried() -> None:
    for before, code in ((19, "genuine"), (20, "forged")):
        assert check({**HEADERS, "webhook-signature": "v1,AAAA " * before + SIGNED}) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(-301, "early"), (-300, "genuine"), (0, "genuine"), (300, "genuine"), (301, "stale")],
)
def test_a_delivery_more_than_five_minutes_off_is_refused(seconds: int, code: str) -> None:
    assert check(now=AT + timedelta(seconds=seconds)) == code


def test_a_delivery_that_has_come_before_is_refused_only_when_it_is_genuine() -> None:
    assert check(seen=frozenset({NAME})) == "replayed"
    assert check(seen=frozenset({NAME}), body=b"x") == "forged"


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "1614265330.5", "9" * 12, "１６"])
def test_a_timestamp_that_is_no_number_is_not_taken(stamp: str) -> None:
    assert check({**HEADERS, "webhook-timestamp": stamp}) in ("malformed", "unsigned")


@pytest.mark.parametrize("name", ["a b", "a\nb", "x" * 181, "é"])
def test_an_id_that_could_be_read_in_two_ways_is_malformed(name: str) -> None:
    assert check({**HEADERS, "webhook-id": name}) == "malformed"


def test_a_body_over_its_bound_is_not_even_hashed() -> None:
    assert check(body=b"x" * MAX_BODY) == "forged"
    assert check(body=b"x" * (MAX_BODY + 1)) == "too_large"
