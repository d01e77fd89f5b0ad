"""Would this very action be allowed now? One that is there, named by its id or its card's address, judged again.

Invariant: it reads; nothing is moved, and the action keeps the verdict that it has.
"""

import re

from graphs.governing.hands import ground_of
from server.auth import Caller
from server.home import Home
from server.pages.policy_view import Supposed
from server.render.policy_answers import answer_words
from server.render.words import without
from state.errors import InvalidInput
from state.governance.everyday import verdict_in_words
from state.ids import AccountId

NAMED = re.compile(r"\bac_[0-9a-f]{4,20}\b")


def judged_now(home: Home, caller: Caller, pasted: str) -> Supposed:
    """Judge an action again by the policy in force. Raises: InvalidInput, NotFound, Ambiguous, Conflict."""
    named = NAMED.search(pasted)
    if named is None:
        raise InvalidInput(
            "That names no action.", field="card", value=pasted[:80],
            remedy="Paste a card's address, or an id as ac_13dc60cc.",
        )  # fmt: skip
    with home.look(caller.tenant) as tenancy, home.looking.stores.read(caller.tenant) as unit:
        action = unit.actions.by_prefix(named[0])
        ground = ground_of(home.looking, tenancy, unit, action)
        row = unit.situations.account(AccountId(action.account))
        rules = {rule.id: layer.title for layer in tenancy.layers for rule in layer.rules}
    name = row.name if row else str(action.account)
    return Supposed(
        answer=answer_words(ground.verdict),
        verdict=verdict_in_words(ground.verdict),
        rule=ground.verdict.rule,
        layer=rules.get(ground.verdict.rule, ""),
        reasons=ground.verdict.reasons,
        later="",
        told=(f"{action.action_type.replace('_', ' ')} at {name}: {without(action.summary, name)}",),
        others=(),
    )
