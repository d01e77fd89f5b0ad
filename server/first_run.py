"""The link that signs the owner of an embedded home in: single use, ten minutes, this machine."""

from graphs.identity import local_principal
from server.auth import LINK_LASTS, issue
from server.home import Home
from state.ids import TenantId
from state.ports.credentials import SCOPES


def address_of(home: Home) -> str:
    """Say where people reach the pages."""
    settings = home.settings
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def first_run_link(home: Home, tenant: TenantId) -> tuple[str, str]:
    """Make a link for whoever owns the home. Shape: where the pages are, and the link. Raises: Forbidden, NotFound."""
    known = home.looking.tenancy.refresh(tenant)
    owner = local_principal(home.settings, known.tenant, known.users)
    secret = issue(home, tenant, owner.user, "link", SCOPES, lasts=LINK_LASTS, is_owner=True)
    url = address_of(home)
    return url, f"{url}/signin?link={secret}"
