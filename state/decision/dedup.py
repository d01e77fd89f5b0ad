"""Identity of a proposal: what makes two proposals the same card, whatever triggered them.

Invariant: the trigger is evidence, not identity; parts are length-prefixed, so no two part lists collide.
"""

from state.ids import AccountId, NodeKey, ProposalId, TenantId, UserId, stable_id

NOBODY = "none"


def dedup_key(
    tenant: TenantId,
    owner: UserId | None,
    action_type: str,
    account: AccountId | str,
    *,
    deal: NodeKey | None = None,
    recipient: NodeKey | None = None,
) -> str:
    """Derive the key that is unique among open actions.

    Shape: `account` is a feed's or the tenant's name for a notice that belongs to no single account.
    """
    return stable_id("dk", tenant, owner or NOBODY, action_type, account, deal or NOBODY, recipient or NOBODY)


def proposal_id(key: str, situation_digest: str, rule: str) -> ProposalId:
    """Name a proposal: the same card formed from the same situation by the same rule has the same id."""
    return ProposalId(stable_id("pr", key, situation_digest, rule))


def group_key(tenant: TenantId, owner: UserId | None, action_type: str, trigger: str) -> str:
    """Name the card under which equal proposals of one owner are shown together."""
    return stable_id("gr", tenant, owner or NOBODY, action_type, trigger)
