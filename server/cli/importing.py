"""`revloop import ...`: bring history in from files; it makes signals, never alerts."""

from cyclopts import App

import_app = App(
    name="import",
    help_format="plaintext",
    help_epilogue="Examples:\n  revloop import csv exports/ --mapping crm.yaml --tenant maven --now 2017-08-31\n"
    "  revloop import events company.jsonl --tenant mine --new --now 2026-03-10\n"
    "  revloop import events events.jsonl --tenant fieldstone\n  cat events.jsonl | revloop import events -\n"
    "  revloop import ics calendars/ --tenant fieldstone\n"
    "  revloop import json meetings/ --mapping meetings.yaml --account Acme\n"
    "  revloop import mail mailbox.mbox --tenant fieldstone\n"
    "  revloop import yaml workspace/ --mapping workspace.yaml --json",
)
COMMANDS = (
    ("csv", "server.cli.importing_csv:csv", "Bring in a folder of CSV files; the company is made when it is new."),
    ("events", "server.cli.importing_files:events", "Bring in events, one JSON object a line."),
    ("ics", "server.cli.importing_files:ics", "Bring in calendar files: their entries become meetings."),
    ("json", "server.cli.importing_files:json", "Bring in JSON documents: lists of events, or a mapped form."),
    ("mail", "server.cli.importing_mail:mail", "Bring in mails: .eml files, an mbox or a Maildir."),
    ("feed", "server.cli.importing_mail:feed", "Bring in news from an RSS or Atom feed."),
    ("yaml", "server.cli.importing_files:yaml", "Bring in YAML documents: lists of events, or a mapped form."),
    ("parked", "server.cli.parked:parked", "List events that wait for an account, and conflicting ids."),
)  # fmt: skip
"""Name, module:function that is imported when it is used, and summary."""

for _name, _place, _summary in COMMANDS:
    import_app.command(_place, name=_name, help=_summary)
