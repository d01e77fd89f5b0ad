"""A home served by a process of its own, as `revloop serve` does it, and what that process costs.

Units: CPU seconds are of the server alone; the machine may be shared, so wall times are told beside them.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """A running server and a person signed in to it."""

    url: str
    process: int
    client: httpx2.Client
    home: Path

    @property
    def cookie(self) -> tuple[str, str]:
        """Name and value of the session."""
        return next(
            (one.name, str(one.value)) for one in self.client.cookies.jar if one.name != "revloop-first"
        )

    def csrf(self) -> str:
        """Read the token that forms carry."""
        page = self.client.get("/today").text
        return page.partition('name="csrf" value="')[2].partition('"')[0]

    def cpu_seconds(self) -> float:
        """CPU that the server has used, in user and system mode."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def served(home: Path, tenant: str) -> Generator[Served, None, None]:
    """Serve a home on a free port and sign in by its own link; the server ends with the block."""
    command = [sys.executable, "-m", "server.cli", "serve", "--port", "0", "--json"]
    command += ["--home", str(home), "--tenant", tenant]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANGGRAPH_STRICT_MSGPACK": "true"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        try:
            assert process.stdout is not None, "it is a pipe"
            told = json.loads(process.stdout.readline())
            with httpx2.Client(base_url=told["url"], timeout=PATIENCE, trust_env=False) as client:
                link = parse_qs(urlsplit(told["link"]).query)["link"][0]
                assert client.post("/signin", data={"link": link}).status_code == httpx2.codes.SEE_OTHER
                client.headers["accept"] = "text/html"
                yield Served(told["url"], process.pid, client, home)
        finally:
            process.terminate()
            process.wait(PATIENCE)
