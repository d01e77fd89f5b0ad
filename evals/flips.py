"""One flip per twin: each changes exactly one fact of its case, in any cast."""

from collections.abc import Mapping

from evals import flips_customers as customers
from evals import flips_deals as deals
from evals import flips_inbound as inbound
from evals.stage import Flip
from state.errors import InvalidInput

FLIPS: Mapping[str, Flip] = {
    flip.__name__: flip for module in (customers, deals, inbound) for flip in module.FLIPS
}


def flip_of(name: str) -> Flip:
    """Look one up. Raises: InvalidInput."""
    if name not in FLIPS:
        raise InvalidInput(
            f"There is no flip {name!r}.",
            field="flip",
            value=name,
            remedy=f"Known: {', '.join(sorted(FLIPS))}.",
        )
    return FLIPS[name]
