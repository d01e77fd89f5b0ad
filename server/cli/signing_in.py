"""`revloop signin`: a link that signs in once, for a browser whose session is old or another person's."""

from typing import Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import settings_of


def signin(
    *,
    port: Annotated[int | None, Parameter(help="Port that `revloop serve` listens on.")] = None,
    common: Options = PLAIN,
) -> int:
    """Print a link that works once, for 10 minutes, on this machine."""
    from server.cli.printing import print_json
    from server.cli.session import tenant_of
    from server.first_run import first_run_link
    from server.home import open_home

    settings = settings_of(common)
    home = open_home(settings.model_copy(update={"port": settings.port if port is None else port}))
    try:
        url, link = first_run_link(home, tenant_of(home.house))
    finally:
        home.close()
    if common.json:
        print_json({"url": url, "link": link})
    else:
        print(f"Sign in (works once, for 10 minutes, on this machine):\n  {link}")
    return 0
