"""What follows from an answer: the links between operations, as OpenAPI has them.

Source: OpenAPI 3.1, Link Object and runtime expressions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FIRST_CARD = "$response.body#/items/0/id"
FIRST_SHOWN = "$response.body#/items/0/shown"
THIS_NAME, THIS_ACCOUNT = "$request.path.name", "$request.path.account"


@dataclass(frozen=True, slots=True)
class Link:
    """One step from an answer to the next request."""

    of: str
    """The operation that answered."""
    name: str
    to: str
    """The operation that can be asked next."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    status: str = "200"

    def described(self) -> dict[str, object]:
        """Lay it out as OpenAPI has it."""
        found: dict[str, object] = {"operationId": self.to}
        if self.parameters:
            found["parameters"] = dict(self.parameters)
        if self.body is not None:
            found["requestBody"] = dict(self.body)
        return found


def _of_card(act: str, body: Mapping[str, object] | None = None) -> Link:
    return Link("cards_card", act, f"cards_{act}", {"name": THIS_NAME}, body)


def _of_account(act: str) -> Link:
    return Link("accounts_accounts", act, f"accounts_{act}", {"account": "$response.body#/items/0/account"})


def _of_plan(act: str) -> Link:
    return Link("plans_plan", act, f"plans_{act}", {"name": THIS_NAME})


LINKS = (
    Link("cards_cards", "next", "cards_cards", {"after": "$response.body#/next"}),
    Link("cards_cards", "card", "cards_card", {"name": FIRST_CARD}),
    Link("cards_cards", "approve", "cards_approve", {"name": FIRST_CARD}, {"shown": FIRST_SHOWN}),
    Link("cards_cards", "answer", "cards_answer", {"name": "$response.body#/questions/0/id"}),
    Link("cards_cards", "account", "accounts_account", {"account": "$response.body#/items/0/account"}),
    _of_card("approve", {"shown": "$response.body#/shown"}),
    _of_card("reject"),
    _of_card("snooze"),
    _of_card("delegate"),
    _of_card("done"),
    _of_card("edit"),
    Link("cards_approve", "undo", "cards_undo", {"name": THIS_NAME}),
    Link("cards_approve", "card", "cards_card", {"name": THIS_NAME}),
    Link("cards_edit", "successor", "cards_card", {"name": "$response.body#/successor"}),
    Link("cards_answer", "account", "accounts_account", {"account": "$response.body#/account"}),
    Link("accounts_accounts", "next", "accounts_accounts", {"after": "$response.body#/next"}),
    _of_account("account"),
    _of_account("changes"),
    _of_account("prepare"),
    Link("accounts_account", "changes", "accounts_changes", {"account": THIS_ACCOUNT}),
    Link("accounts_account", "correct", "accounts_put_right", {"account": THIS_ACCOUNT}),
    Link("accounts_put_right", "account", "accounts_account", {"account": THIS_ACCOUNT}),
    Link("plans_plans", "next", "plans_plans", {"after": "$response.body#/next"}),
    Link("plans_plans", "plan", "plans_plan", {"name": "$response.body#/items/0/id"}),
    Link("plans_plans", "account", "accounts_account", {"account": "$response.body#/items/0/account"}),
    Link("plans_draft", "plan", "plans_plan", {"name": "$response.body#/id"}),
    Link("plans_draft", "approve", "plans_approve", {"name": "$response.body#/id"}),
    Link("plans_approve", "activate", "plans_activate", {"name": THIS_NAME}),
    *map(_of_plan, ("explain", "approve", "activate", "pause", "resume", "cancel")),
    Link("identity_me", "keys", "identity_keys"),
    Link("identity_keys", "next", "identity_keys", {"after": "$response.body#/next"}),
    Link("identity_keys", "end", "identity_end_key", {"key": "$response.body#/items/0/id"}),
    Link("identity_make_key", "end", "identity_end_key", {"key": "$response.body#/id"}, status="201"),
)
