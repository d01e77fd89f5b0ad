"""The slots of the templates, by name: the closed list a playbook file may use."""

from collections.abc import Mapping
from typing import Final

from agents.playbook.slots import Slot
from agents.playbook.slots_account import ACCOUNT
from agents.playbook.slots_touch import TOUCH
from agents.playbook.slots_trade import TRADE

SLOTS: Final[Mapping[str, Slot]] = {**ACCOUNT, **TRADE, **TOUCH}
"""Name → how it is filled; everything a template may hold."""
