"""The catalog: every tool by name, in three kinds - what looks, what writes rows of ours, what leaves."""

from collections.abc import Mapping
from typing import Final

from tools.catalog import (
    account,
    approve,
    calendar,
    calendar_out,
    crm,
    crm_rows,
    crm_update,
    draft,
    mail,
    mail_out,
    memory,
    notify,
    outcome,
    plan,
    signals,
    support,
    telemetry,
)
from tools.catalog.actions import TOOL_OF
from tools.catalog.tool import Leaves, Reads, Writes

_READS: tuple[Reads, ...] = (
    *signals.READS,
    *account.READS,
    *crm.READS,
    *support.READS,
    *telemetry.READS,
    *calendar.READS,
    *mail.READS,
    *memory.READS,
)
_WRITES: tuple[Writes, ...] = (
    *crm_rows.INSIDE,
    *crm_update.INSIDE,
    *support.INSIDE,
    *draft.INSIDE,
    *outcome.INSIDE,
    *approve.INSIDE,
    *plan.INSIDE,
)
_LEAVES: tuple[Leaves, ...] = (*mail_out.OUTSIDE, *calendar_out.OUTSIDE, *notify.OUTSIDE)

READS: Final[Mapping[str, Reads]] = {tool.spec.name: tool for tool in _READS}
WRITES: Final[Mapping[str, Writes]] = {tool.spec.name: tool for tool in _WRITES}
LEAVES: Final[Mapping[str, Leaves]] = {tool.spec.name: tool for tool in _LEAVES}

__all__ = ["LEAVES", "READS", "TOOL_OF", "WRITES", "Leaves", "Reads", "Writes"]
