"""Every command by name, with its summary and examples; what a command needs is imported when it runs."""

from dataclasses import dataclass

from cyclopts import App, Group

SELL = Group("Selling", sort_key=1)
DECIDE = Group("Deciding", sort_key=2)
PROVE = Group("Proving", sort_key=3)
LOAD = Group("Loading and running", sort_key=4)


@dataclass(frozen=True, slots=True)
class Row:
    """One command."""

    name: str
    place: str
    """module:function, imported when the command is used."""
    group: Group
    summary: str
    examples: tuple[str, ...]


ROWS = (
    Row("demo", "server.cli.demo:demo", LOAD, "Load the sample company, scan it, and prepare you for one meeting.",
        ("revloop demo", "revloop demo --once")),
    Row("serve", "server.cli.serving:serve", LOAD, "Serve the pages, and work beside them.",
        ("revloop serve", "revloop serve --port 0")),
    Row("signin", "server.cli.signing_in:signin", LOAD, "Print a link that signs a browser in once.",
        ("revloop signin --as lee",)),
    Row("worker", "server.cli.working:worker_app", LOAD, "Work without anyone asking: events, times, schedules.",
        ("revloop worker", "revloop worker gone host-2:4711 --as lee")),
    Row("queue", "server.cli.working:queue", LOAD, "Show who works, and which jobs wait, run or failed.",
        ("revloop queue", "revloop queue --limit 50 --json")),
    Row("prep", "server.cli.preparing:prep", SELL, "Prepare you: one cited page, proposals, one question.",
        ("revloop prep Acme", "revloop prep Acme --as-of 2026-02-01", "revloop prep Acme --html acme.html",
         "revloop prep Acme --json")),
    Row("next", "server.cli.agenda:next_up", SELL, "Say what to do next, within the time you have.",
        ("revloop next", "revloop next --minutes 30", "revloop next --account Acme")),
    Row("account", "server.cli.accounts:account", SELL, "Show an account's state, or what changed there.",
        ("revloop account Acme", "revloop account Acme --as-of 2026-02-01",
         "revloop account Acme diff --since 2026-02-01")),
    Row("after", "server.cli.after:after", SELL, "Say what a meeting came to, by line, and keep its notes.",
        ("revloop after notes.txt --account Acme", "revloop after call.txt --account Acme --with raj@acme.example",
         "revloop after notes.txt --account Acme --dry-run --json")),
    Row("chat", "server.cli.chat:chat", SELL, "Ask in your own words.",
        ("revloop chat", 'revloop chat "prep me for Acme"')),
    Row("inbox", "server.cli.inbox:inbox", DECIDE, "Show what waits for your decision.",
        ("revloop inbox", "revloop inbox --as tom", "revloop inbox --account Acme")),
    Row("approve", "server.cli.deciding:approve", DECIDE, "Approve one action exactly as shown.",
        ("revloop approve ac_4f21", "revloop approve ac_4f21 --no-wait", "revloop approve ac_4f21 --edit mail.txt",
         "revloop approve --all-of close-out")),
    Row("reject", "server.cli.deciding:reject", DECIDE, "Say no to an action, and why.",
        ('revloop reject ac_4f21 --reason "wrong person"',
         'revloop reject ac_4f21 --reason "wrong fact" --fact "Sarah Chen" role user')),
    Row("done", "server.cli.deciding:done", DECIDE, "Say that you did it yourself.",
        ("revloop done ac_4f21", "revloop done ac_4f21 --not")),
    Row("delegate", "server.cli.deciding:delegate", DECIDE, "Put a card into a colleague's inbox.",
        ("revloop delegate ac_4f21 priya",)),
    Row("snooze", "server.cli.deciding:snooze", DECIDE, "Set a card aside until a day or an hour.",
        ("revloop snooze ac_4f21 --until 2026-03-12", "revloop snooze ac_4f21 --until 2026-03-11T09:00")),
    Row("undo", "server.cli.deciding:undo", DECIDE, "Take an approval back, or what was done by an action of its own.",
        ("revloop undo ac_4f21",)),
    Row("answer", "server.cli.answering:answer", DECIDE, "Answer the one question, by number or by words.",
        ("revloop answer qu_77c0 1", "revloop answer qu_77c0 renewal")),
    Row("correct", "server.cli.correcting:correct", DECIDE, "Say what is right; it stands beside the source.",
        ('revloop correct Acme "Sarah Chen" role user --reason "she told me"',
         "revloop correct Acme account owner priya")),
    Row("confirm", "server.cli.confirming:confirm", DECIDE, "Vouch for one exact value that a mail or form gave.",
        ('revloop confirm Acme "Sarah Chen" title "Head of IT" --reason "her badge says so"',)),
    Row("preferences", "server.cli.preferring:preferences_app", DECIDE, "Say how texts are written in your name.",
        ("revloop preferences show", 'revloop preferences set sign-off="Kind regards," tone=warm',
         "revloop preferences forget tone")),
    Row("alert", "server.cli.alerting:alert_app", DECIDE, "Show what you should know now, and put it away.",
        ("revloop alert list", "revloop alert seen al_4f21")),
    Row("auto", "server.cli.letting:auto_app", DECIDE, "Say what may run by itself in your own records.",
        ("revloop auto list", "revloop auto on update_crm --until 2026-04-30", "revloop auto off update_crm")),
    Row("standin", "server.cli.standing_in:standin_app", DECIDE, "Name who decides for you while you are away.",
        ("revloop standin list", "revloop standin name priya --until 2026-03-20", "revloop standin end")),
    Row("level", "server.cli.levelling:level_app", DECIDE, "Show and set how far the agent may go.",
        ("revloop level show", "revloop level set 2 L2 --as lee", "revloop level resume update_crm --as lee")),
    Row("learning", "server.cli.learning:learning_app", DECIDE, "Show what was learned from decisions; go back.",
        ("revloop learning show", "revloop learning history", "revloop learning revert 1 --as lee")),
    Row("stop", "server.cli.stopping:stop_app", DECIDE, "Halt all that acts; see what is in flight; let go.",
        ('revloop stop on --reason "wrong price list"', "revloop stop status", "revloop stop off --as lee")),
    Row("plan", "server.cli.plan:plan_app", DECIDE, "Draft, start and explain plans of several steps over days.",
        ("revloop plan list", "revloop plan new Acme renewal", "revloop plan explain pl_4f21")),
    Row("outbox", "server.cli.outbox:outbox", DECIDE, "List what has left, or was written to the outbox folder.",
        ("revloop outbox",)),
    Row("why", "server.cli.explaining:why", PROVE, "Say why something was proposed or done.",
        ("revloop why ac_4f21", "revloop why ac_4f21 --json")),
    Row("replay", "server.cli.explaining:replay", PROVE, "Decide again from the recorded inputs and compare.",
        ("revloop replay ac_4f21",)),
    Row("source", "server.cli.sourcing:source", PROVE, "Open the record that a citation rests on.",
        ("revloop source mail:4711@acme.example", "revloop source mail:4711@acme.example --field text")),
    Row("ledger", "server.cli.ledger:ledger_app", PROVE, "Verify, anchor, export or reconcile what was done.",
        ("revloop ledger verify", "revloop ledger anchor", "revloop ledger export bundle.json")),
    Row("keys", "server.cli.keys:keys_app", PROVE, "See which keys are in use; put a new one in place of one.",
        ("revloop keys list", "revloop keys rotate --as lee", "revloop keys rotate --purpose anchor --as lee")),
    Row("merge", "server.cli.merging:merge_app", PROVE, "See which accounts could be one company; take a merge back.",
        ("revloop merge list", "revloop merge undo quarrystone-limited")),
    Row("privacy", "server.cli.privacy:privacy_app", PROVE, "Hand out a person's record, or forget a person for good.",
        ("revloop privacy export ed.moss@quarry.example moss.json",
         "revloop privacy forget ed.moss@quarry.example --yes")),
    Row("policy", "server.cli.policy:policy_app", PROVE, "Check, prove, compare or try policy files.",
        ("revloop policy check policies", "revloop policy prove", "revloop policy diff old.yaml new.yaml",
         "revloop policy test --action send_email", "revloop policy dry-run new.yaml --days 90")),
    Row("config", "server.cli.configuring:config_app", PROVE, "Show which files are in force; activate edited ones.",
        ("revloop config list", "revloop config diff playbooks",
         "revloop config activate playbooks --yes 1a2b3c4d --as lee")),
    Row("eval", "server.cli.evaluation:eval_app", PROVE, "Score the evaluation cases.",
        ("revloop eval run",)),
    Row("tick", "server.cli.ticking:tick", LOAD, "Move a frozen clock to the next business day, 08:00, and scan.",
        ("revloop tick", "revloop tick --tenant maven")),
    Row("resume", "server.cli.ticking:resume", LOAD, "Go on with runs whose process died.",
        ("revloop resume",)),
    Row("import", "server.cli.importing:import_app", LOAD, "Bring in exports, calendars, mails, news or events.",
        ("revloop import csv exports/ --mapping crm.yaml --tenant maven --now 2017-08-31",
         "revloop import ics calendars/", "revloop import events events.jsonl --tenant fieldstone")),
    Row("webhook", "server.cli.webhooks:webhook_app", LOAD, "Say who may send events by webhook.",
        ("revloop webhook list", "revloop webhook new crm --as lee", "revloop webhook end crm --as lee")),
    Row("memory", "server.cli.memory:memory_app", LOAD, "Search the whole company's memory, and keep it searchable.",
        ("revloop memory index", 'revloop memory search "renewal price"', "revloop memory status")),
    Row("doctor", "server.cli.doctor:doctor", LOAD, "Check this installation and say what to repair.",
        ("revloop doctor",)),
)  # fmt: skip

LAZY_APPS = frozenset(
    {
        "stop",
        "worker",
        "standin",
        "alert",
        "auto",
        "learning",
        "level",
        "preferences",
        "merge",
        "privacy",
        "ledger",
        "keys",
        "plan",
        "policy",
        "config",
        "eval",
        "import",
        "memory",
        "webhook",
    }
)
"""Commands with subcommands: their help stands in their own module."""


def _told(examples: tuple[str, ...]) -> str:
    return "Examples:\n" + "\n".join(f"  {line}" for line in examples)


def build() -> App:
    """Join the rows; nothing of a command is imported."""
    app = App(
        name="revloop",
        help="Revloop prepares sellers, proposes what to do, asks before anything reaches a customer, and proves it.",
        help_epilogue=_told(
            ("revloop demo", "revloop prep Acme", "revloop inbox", "revloop approve ac_4f21")
        ),
        help_format="plaintext",
        version=_version,
    )
    for number, row in enumerate(ROWS):
        more = {} if row.name in LAZY_APPS else {"help_epilogue": _told(row.examples)}
        app.command(row.place, name=row.name, help=row.summary, group=row.group, sort_key=number, **more)
    return app


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("revloop")
    except PackageNotFoundError:
        return "0 (not installed)"


app = build()
