"""The one table from what may be proposed to the tool that carries it out.

Invariant: a proposal whose tool differs from this table is never rendered, so no reasoner chooses a tool.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TOOL_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "brief": "draft.meeting_brief",
        "draft_email": "draft.follow_up",
        "draft_quote": "draft.quote",
        "create_task": "crm.create_task",
        "research": "crm.create_task",
        "notify_rep": "notify.rep",
        "notify_admin": "notify.rep",
        "log_touch": "crm.log_touch",
        "log_note": "crm.log_note",
        "tag": "crm.tag",
        "attach_brief": "crm.attach_brief",
        "mark_undeliverable": "crm.write_update",
        "update_crm": "crm.write_update",
        "close_out": "crm.write_update",
        "requalify": "crm.write_update",
        "forecast_omit": "crm.write_update",
        "merge": "crm.write_update",
        "pause_plan": "plan.pause",
        "cancel_step": "plan.cancel_step",
        "escalate_support": "support.escalate",
        "send_email": "email.send",
        "schedule_meeting": "calendar.schedule",
        "ask": "approve.request",
    }
)
"""Action type → tool."""
