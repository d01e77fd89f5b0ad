"""The deterministic reasoner: rows of `playbooks/` against the facts of one situation, with value arithmetic."""

from agents.playbook.loading import Playbook, load_playbooks
from agents.playbook.reasoner import PlaybookReasoner

__all__ = ["Playbook", "PlaybookReasoner", "load_playbooks"]
