"""One call of every tool that renders, as a program: prints a digest, for comparison between processes."""

import sys
from pathlib import Path

from state.canonical import Json, digest
from state.governance.effect import Effect
from state.ids import ActionId
from tests.build import NOW, peer
from tests.fakes.tooling import ACTION, SARAH, acme, carrying, gateway, looking_at, proposal, words

CALLS: tuple[tuple[str, dict[str, str], dict[str, object]], ...] = (
    ("brief", {}, {"subject": "Meeting/M-1"}),
    ("draft_email", {"in_reply_to": "ML-7"}, {"recipient": SARAH}),
    ("draft_quote", {"product": "Dispatch", "units": "60"}, {}),
    ("create_task", {"title": "Call", "due_on": "2026-06-01"}, {"subject": "Opportunity/D-1"}),
    ("research", {"topic": "company_news"}, {}),
    ("notify_rep", {}, {}),
    ("notify_admin", {"source": "usage"}, {}),
    ("log_touch", {"record": "M-0"}, {}),
    ("log_note", {"text": "Said so"}, {}),
    ("tag", {"tag": "reference"}, {}),
    ("attach_brief", {"meeting": "M-1"}, {}),
    ("mark_undeliverable", {"contact": "raj-patel"}, {}),
    ("update_crm", {"record": "D-1", "kind": "Opportunity", "field": "close_on", "value": "2026-07-01"}, {}),
    ("close_out", {"deal": "D-1"}, {}),
    ("requalify", {"deal": "D-1"}, {}),
    ("forecast_omit", {"deal": "D-1"}, {}),
    ("merge", {"other": "acme-2"}, {}),
    ("pause_plan", {"plan": "PL-1"}, {}),
    ("cancel_step", {"step": "s2"}, {}),
    ("escalate_support", {"tickets": "SUP-4412"}, {}),
    (
        "send_email",
        {"in_reply_to": "ML-7", "purpose": "reply", "document": "soc2-summary"},
        {"recipient": SARAH},
    ),
    (
        "schedule_meeting",
        {"attendees": "raj-patel", "title": "Open tickets: plan and dates"},
        {"recipient": SARAH},
    ),
    ("ask", {"question": "Renewal or expansion?"}, {}),
)


def effects() -> dict[str, Effect]:
    """Render one proposal of every action type."""
    about = looking_at(acme().beside(same_domain=(peer("acme-2", "Acme Limited"),)))
    desk = gateway(Path("home"))
    said = words("Re: Report", "Hello Sarah,", "here is the report, as promised – Grüße.", "Maya")
    return {
        name: desk.prepare(
            proposal(name, arguments=arguments, **more), ActionId(f"{ACTION[:-2]}{number:02}"), said, about
        )
        for number, (name, arguments, more) in enumerate(CALLS)
    }


def seal() -> str:
    """Digest every effect and everything that is written for it."""
    desk, found = gateway(Path("home")), effects()
    out: dict[str, Json] = {}
    for name, effect in sorted(found.items()):
        number = [call[0] for call in CALLS].index(name)
        action = carrying(effect, id=ActionId(f"{ACTION[:-2]}{number:02}"))
        kind = desk.spec(effect.tool).kind
        inside = desk.after(action, NOW) if kind == "outside" else desk.inside(action, NOW)
        written = [record.model_dump_json() for record in inside.records]
        written += [event.model_dump_json() for event in inside.events]
        out[name] = [effect.content, dict(effect.arguments), list(effect.recipients), written]
    return digest(out)


if __name__ == "__main__":
    sys.stdout.write(seal())
