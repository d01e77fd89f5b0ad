"""Kill -9 at every registered point: the next process goes on, ended nodes do not repeat, no effect happens twice."""

import signal
from pathlib import Path

import pytest

from evals.faults import DEFAULT_KEY, FaultServer
from graphs.loop import ASKING, FETCHING, node_points
from tests.graph.homes import Home, copied

ACCOUNT = "oakhaven-hotels"
NODES = ("perceive", "synthesize", "retrieve", "plan", "criticize", "guard", "execute")
LATER = (
    "after:approve",
    "before:take",
    "after:take",
    "before:execute_one",
    "execute:claimed",
    "execute:sent",
    "after:execute_one",
)
CLOSING = tuple(f"{when}:{name}" for name in ("observe", "learn", "report") for when in ("before", "after"))
AT_NODES = tuple(f"{when}:{node}" for node in NODES for when in ("before", "after"))


def mails(home: Home) -> int:
    """How many mails left."""
    return len(list(home.path.rglob("*.eml")))


def proposals(said: dict[str, object]) -> dict[str, dict[str, object]]:
    """Shape: action type → proposal."""
    listed = said["proposals"]
    assert isinstance(listed, list)
    return {str(one["action_type"]): one for one in listed}


@pytest.fixture(scope="module")
def approved(base_home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """Give a home in which a mail is approved and not yet sent."""
    home = copied(base_home, tmp_path_factory.mktemp("approved") / "home")
    mail = str(proposals(home.drive("prep", ACCOUNT).said)["send_email"]["action"])
    assert home.drive("approve", mail).said["status"] == "approved"
    return home, mail


@pytest.mark.parametrize("point", AT_NODES)
def test_a_killed_run_goes_on_where_it_was(home: Home, point: str) -> None:
    killed = home.drive("prep", ACCOUNT, env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    went_on = home.drive("resume,prep", ACCOUNT)
    assert went_on.code == 0, went_on.err
    runs, points = went_on.said["runs"], went_on.said["points"]
    assert isinstance(runs, list)
    assert isinstance(points, list)
    assert len(runs) == 1
    resumed = points[: points.index("before:perceive")] if point != "before:perceive" else []
    ended = NODES[: NODES.index(point.partition(":")[2])]
    assert not {f"before:{name}" for name in ended} & set(resumed)
    found = proposals(went_on.said)
    assert found["draft_email"]["status"] == "executed"
    assert found["send_email"]["status"] == "pending"
    assert mails(home) == 0


@pytest.mark.parametrize("point", [*LATER, *CLOSING])
def test_a_kill_around_the_send_never_sends_twice(
    approved: tuple[Home, str], tmp_path: Path, point: str
) -> None:
    home, mail = copied(approved[0], tmp_path / "home"), approved[1]
    killed = home.drive("release+60s", mail, env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    went_on = home.drive("resume,resume,release+60s", mail)
    assert went_on.code == 0, went_on.err
    assert went_on.said["status"] == "executed"
    assert mails(home) == 1


@pytest.mark.parametrize("point", [*ASKING, "before:perceive", "after:plan", "after:guard"])
def test_a_run_killed_over_an_answer_decides_with_it_and_asks_no_more(home: Home, point: str) -> None:
    asked = home.drive("prep", "acme-corp").said
    question = asked["question"]
    assert isinstance(question, dict)
    killed = home.drive("answer", question["id"], "renewal", env={"REVLOOP_CRASH_AT": point})
    assert killed.code == -signal.SIGKILL, killed.err
    went_on = home.drive("resume,prep", "acme-corp")
    assert (went_on.code, went_on.said["question"]) == (0, None), went_on.err
    assert went_on.said["runs"] == [asked["run"]]
    assert proposals(went_on.said)["send_email"]["status"] == "pending"
    assert mails(home) == 0


@pytest.mark.parametrize("point", FETCHING)
def test_a_run_killed_over_what_its_model_asked_to_read_goes_on(home: Home, point: str) -> None:
    with FaultServer(("asks_for_data", "ok")) as model:
        env = {"REVLOOP_MODEL_URL": model.url, "REVLOOP_MODEL_KEY": DEFAULT_KEY, "REVLOOP_CRASH_AT": point}
        env |= {f"REVLOOP_MODEL_{size}": "usual" for size in ("FAST", "STANDARD", "DEEP")}
        killed = home.drive("prep", "acme-corp", env=env)
        assert killed.code == -signal.SIGKILL, killed.err
        went_on = home.drive("resume", "", env=env | {"REVLOOP_CRASH_AT": ""})
        assert went_on.code == 0, went_on.err
    points = went_on.said["points"]
    assert isinstance(points, list)
    assert points.count("before:fetch") == 1, "what was not written down is read again, once"
    assert "after:guard" in points


def test_every_point_around_a_node_is_tried() -> None:
    assert set(node_points()) <= {*AT_NODES, *LATER, *CLOSING}
