"""The segment tier of an account, by its recurring revenue or, for a prospect, by what is open."""

from decimal import Decimal

from state.world.profile import Profile, Tier
from state.world.view import AccountView


def annual_revenue(view: AccountView, currency: str) -> Decimal:
    """Add up the running contracts.

    Units: major units of `currency`; a contract in another currency is left out, as there is no rate.
    """
    values = (
        contract.money("annual_value", fallback=currency)
        for contract in view.subscriptions
        if contract.is_running
    )
    return sum((value.amount for value in values if value and value.currency == currency), Decimal(0))


def open_amount(view: AccountView, currency: str) -> Decimal:
    """Add up the open deals; units as for contracts."""
    values = (deal.money("amount", fallback=currency) for deal in view.open_deals)
    return sum((value.amount for value in values if value and value.currency == currency), Decimal(0))


def tier_of(view: AccountView, profile: Profile) -> Tier:
    """Name the segment tier: contracts first, else the open amount."""
    currency = profile.company.currency
    amount = annual_revenue(view, currency) or open_amount(view, currency)
    return profile.judgement.segment_tiers.of(amount)
