"""The same home gives the same bytes: fresh processes, another hash seed each time."""

import json
from pathlib import Path

from tests.graph.homes import Home, copied


def test_fresh_processes_give_byte_identical_reports(base_home: Home, tmp_path: Path) -> None:
    said = set()
    for seed in range(8):
        home = copied(base_home, tmp_path / f"copy-{seed}")
        driven = home.drive_fresh("prep", "acme-corp", env={"PYTHONHASHSEED": str(seed)})
        assert driven.code == 0, driven.err
        report = driven.said
        report.pop("points")
        said.add(json.dumps(report))
    assert len(said) == 1


def test_an_answer_in_another_process_resumes_the_same_run(home: Home) -> None:
    before = home.drive("prep", "acme-corp").said
    question = before["question"]
    assert isinstance(question, dict)
    after = home.drive_fresh("answer", question["id"], "renewal").said
    assert after["run"] == before["run"]
    assert after["question"] is None
    assert after["outcome"] == "approval"
