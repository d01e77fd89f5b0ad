"""Write the profile of an imported company: what its mapping and its tables say, as files an admin edits later.

Invariant: a file that is already there is never overwritten.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from state.errors import InvalidInput
from state.principal import Role, User
from state.world.profile.company import Company, Product, Queues
from state.world.profile.pipeline import Pipelines
from state.world.profile.prices import DiscountStep, ListPrice, Prices
from tools.connectors.csv_folder import Folder, read_value, slug
from tools.connectors.mapping import Mapping

ADMIN = "admin"
RATE_PER_HOUR = "75"
HEAD = "# Written by the import from {origin}; edit it freely, it is not written again.\n"


def users_of(folder: Folder, mapping: Mapping) -> tuple[User, ...]:
    """Read the tenant's users, each once, in file order, and an admin where no table names one.

    Their mail addresses are made from their names.
    """
    found: dict[str, User] = {}
    for rule in mapping.users:
        for row in folder.tables[rule.table]:
            name = read_value(rule.name, row, folder)
            if name is None or slug(str(name)) in found:
                continue
            manager = read_value(rule.manager, row, folder) if rule.manager else None
            found[slug(str(name))] = User.model_validate(
                {
                    "id": slug(str(name)),
                    "name": str(name),
                    "email": f"{slug(str(name))}@{mapping.tenant.domain}",
                    "role": Role(rule.role),
                    "manager": slug(str(manager)) if manager else None,
                }
            )
    has_admin = ADMIN in found or any(one.role is Role.ADMIN for one in found.values())
    return (*found.values(), *([] if has_admin else [admin_of(mapping.tenant.domain)]))


def admin_of(domain: str) -> User:
    """Make the user who sets the bounds of a company that names nobody for it."""
    return User.model_validate(
        {"id": ADMIN, "name": "Admin", "email": f"{ADMIN}@{domain}", "role": Role.ADMIN}
    )


def profile_of(
    folder: Folder, mapping: Mapping, users: Sequence[User], confirmed_on: date
) -> dict[str, BaseModel]:
    """Build the parts of the profile that only this company has. Raises: InvalidInput naming what does not fit.

    Shape: file name without its ending → part; prices only where the mapping has a price list.
    """
    try:
        parts: dict[str, BaseModel] = {
            "company": _company(folder, mapping, users),
            "pipeline": Pipelines.model_validate(mapping.pipeline.model_dump()),
        }
        prices = _prices(folder, mapping, confirmed_on)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The mapping {mapping.name} does not make a company: {first['msg']}.",
            field=place,
            value=str(first.get("input", ""))[:80],
            remedy="Correct `tenant`, `users` or `prices` of the mapping.",
        ) from error
    return parts if prices is None else {**parts, "prices": prices}


def _company(folder: Folder, mapping: Mapping, users: Sequence[User]) -> Company:
    rule = mapping.tenant
    head = next((user.id for user in users if user.role is Role.MANAGER), users[0].id if users else None)
    admin = next((user.id for user in users if user.role is Role.ADMIN), None)
    products = [Product(id=one, name=one, unit="unit") for one, _ in _listed(folder, mapping)]
    return Company.model_validate(
        {
            "name": rule.name,
            "currency": rule.currency,
            "zone": rule.zone,
            "region": rule.region,
            "fiscal_year_start_month": 1,
            "minutes_rate_per_hour": RATE_PER_HOUR,
            "verified_domains": (rule.domain,),
            "products": tuple(products),
            "users": tuple(users),
            "queues": Queues(unassigned=head, admin=admin),
        }
    )


def _listed(folder: Folder, mapping: Mapping) -> list[tuple[str, str]]:
    if mapping.prices is None:
        return []
    rows = folder.tables[mapping.prices.table]
    read = [
        (read_value(mapping.prices.product, row, folder), read_value(mapping.prices.amount, row, folder))
        for row in rows
    ]
    return [
        (str(product), str(amount)) for product, amount in read if product is not None and amount is not None
    ]


def _prices(folder: Folder, mapping: Mapping, confirmed_on: date) -> Prices | None:
    listed = _listed(folder, mapping)
    if not listed:
        return None
    return Prices.model_validate(
        {
            "currency": mapping.tenant.currency,
            "confirmed_on": confirmed_on,
            "products": tuple(
                ListPrice.model_validate({"product": one, "amount": cost}) for one, cost in listed
            ),
            "discounts": (DiscountStep.model_validate({"approver": "seller", "up_to_percent": 0}),),
            "four_eyes_above_percent": 0,
        }
    )


def write_profile(place: Path, parts: dict[str, BaseModel], origin: str) -> tuple[Path, ...]:
    """Write the files that are not there yet, and say in each what it was made from; give those written."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for name, part in parts.items():
        path = place / f"{name}.yaml"
        if not path.exists():
            body = part.model_dump(mode="json", exclude_defaults=True)
            text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=100)
            path.write_text(HEAD.format(origin=origin) + text, encoding="utf-8")
            written.append(path)
    return tuple(written)


def tenant_name(text: str) -> str:
    """Take a tenant's id as it stands, or say what one looks like. Raises: InvalidInput."""
    if not text or slug(text) != text:
        raise InvalidInput(
            f"{text!r} cannot name a tenant.",
            field="tenant",
            value=text,
            remedy=f"Use small letters, digits and hyphens: --tenant {slug(text) or 'acme'}.",
        )
    return text
