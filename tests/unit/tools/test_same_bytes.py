"""The same proposal gives the same bytes in every process, and they are what mail and calendar programs read."""

import os
import subprocess
import sys
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.fakes.every_tool import CALLS, effects, seal
from tools.catalog import LEAVES, TOOL_OF, WRITES

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"


def in_a_process_of_its_own(seed: str) -> str:
    """Print the seal of every tool with another hash seed and zone."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "tests.fakes.every_tool"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_every_acting_tool_and_action_type_is_called_here() -> None:
    assert [name for name, _, _ in CALLS] == list(dict.fromkeys(TOOL_OF))
    assert {effect.tool for effect in effects().values()} | {"outcome.record"} == set(WRITES) | set(LEAVES)


def test_processes_with_other_hash_seeds_render_the_same_bytes() -> None:
    here = seal()
    assert [in_a_process_of_its_own(seed) for seed in ("1", "4242")] == [here] * 2


@pytest.mark.parametrize(
    ("action_type", "file"), [("send_email", "reply.eml"), ("schedule_meeting", "meeting.ics")]
)
def test_the_bytes_are_those_that_were_read_and_found_right(action_type: str, file: str) -> None:
    assert effects()[action_type].content.encode() == (GOLDEN / file).read_bytes()


def test_other_programs_read_the_golden_files() -> None:
    message = BytesParser(policy=policy.default).parsebytes((GOLDEN / "reply.eml").read_bytes())
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "text/plain",
        "text/markdown",
    ]
    assert all(not part.defects for part in message.walk())
    calendar = Calendar.from_ical((GOLDEN / "meeting.ics").read_bytes())
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert not any(component.errors for component in calendar.walk())


def test_only_what_leaves_is_external_and_reaches_anybody_outside() -> None:
    for name, effect in effects().items():
        outside = [address for address in effect.recipients if not address.endswith("@fieldstone.example")]
        assert effect.external is bool(outside) is (TOOL_OF[name] in {*LEAVES} - {"notify.rep"})
