"""Which attributes and appearances of a situation are told as changes, and in which words."""

from state.world.record import NodeKind

TOLD: dict[NodeKind, tuple[str, ...]] = {
    NodeKind.OPPORTUNITY: ("outcome", "stage", "amount", "close_on", "forecast_category", "owner"),
    NodeKind.SUBSCRIPTION: (
        "notice_received_on", "renewal_signed_on", "status", "ends_on", "notice_on", "seats", "annual_value",
        "auto_renew", "invoice_overdue", "downgraded_on",
    ),
    NodeKind.ACCOUNT: ("status", "owner", "name", "churn_flag"),
    NodeKind.CONTACT: ("active", "roles", "title", "mail_consent", "stance"),
    NodeKind.TICKET: ("status", "severity"),
    NodeKind.PROCESS: ("status",),
    NodeKind.PLAN: ("status",),
    NodeKind.COMMITMENT: ("status",),
}  # fmt: skip
"""Attributes whose change is told, most relevant first."""
NEW: dict[NodeKind, tuple[str, tuple[tuple[str, str], ...]]] = {
    NodeKind.OPPORTUNITY: ("New deal", (("name", "{}"), ("stage", "in {}"), ("amount", "of {}"))),
    NodeKind.SUBSCRIPTION: (
        "New contract",
        (("product", "for {}"), ("seats", "{} seats"), ("ends_on", "until {}")),
    ),
    NodeKind.TICKET: ("New ticket", (("severity", "severity {}"), ("subject", "“{}”"))),
    NodeKind.CONTACT: ("New person", (("name", "{}"), ("title", "{}"))),
    NodeKind.COMMITMENT: ("Promised", (("text", "“{}”"), ("due_on", "due {}"))),
    NodeKind.READING: ("Said", (("text", "“{}”"),)),
    NodeKind.BUSINESS_EVENT: ("News", (("headline", "“{}”"),)),
}
"""Kinds whose first appearance is told: its word, and the attributes that name the thing with their words."""
SPOKEN = frozenset(
    {
        "expansion",
        "expansion_withdrawn",
        "not_before",
        "call_back",
        "competitor",
        "discount_request",
        "notice",
        "opt_out",
    }
)
"""Readings that change what we know of the account; the others are in their mail."""
