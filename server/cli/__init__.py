"""The command line: `app` names the commands, `main` runs one and ends with its exit code."""

from server.cli.app import app
from server.cli.running import main, run

__all__ = ["app", "main", "run"]
