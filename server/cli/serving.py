"""`revloop serve`: the pages and the interface for programs, with the work done beside them."""

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.session import settings_of
from state.errors import Unavailable

if TYPE_CHECKING:
    from server.home import Home


def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on; else this machine alone.")] = None,
    port: Annotated[int | None, Parameter(help="Port to listen on; 0: any that is free.")] = None,
    shown: Annotated[
        bool, Parameter(name="--open", negative="", help="Open the pages in your browser.")
    ] = False,
    common: Options = PLAIN,
) -> int:
    """Serve until Ctrl-C."""
    settings = settings_of(common)
    wanted = {"host": host or settings.host, "port": settings.port if port is None else port}
    settings = settings.model_copy(update=wanted)
    import uvicorn

    from graphs.bootstrap import working_alone
    from server.app import Beside, create_app

    with working_alone(settings), _listening(settings.host, settings.port) as socket:
        settings = settings.model_copy(update={"port": socket.getsockname()[1]})
        servers: list[uvicorn.Server] = []
        beside = Beside(
            is_ending=lambda: any(one.should_exit for one in servers),
            opened=lambda home: _tell(home, is_json=common.json, shown=shown),
        )
        config = uvicorn.Config(
            create_app(settings, beside), log_level="warning", server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        servers.append(uvicorn.Server(config))
        servers[0].run(sockets=[socket])
    return 0


if TYPE_CHECKING:
    import socket as sockets


def _listening(host: str, port: int) -> "sockets.socket":
    """Take the port before anything is opened. Raises: Unavailable."""
    import socket as sockets

    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    found = sockets.socket(family, sockets.SOCK_STREAM)
    found.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise Unavailable(
            f"Port {port} on {host} cannot be used: {error.strerror}.",
            field="port",
            value=str(port),
            remedy="Choose another with --port, or 0 for any that is free.",
        ) from error
    return found


def _tell(home: "Home", *, is_json: bool, shown: bool) -> None:
    """Print where the pages are, and the link that signs in once."""
    from server.cli.printing import print_json
    from server.cli.session import tenant_of
    from server.first_run import first_run_link

    url, link = first_run_link(home, tenant_of(home.house))
    if is_json:
        print_json({"url": url, "link": link})
        return
    print(f"Revloop is at {url}")
    print(f"Sign in (works once, for 10 minutes, on this machine):\n  {link}")
    print("Ctrl-C ends it.")
    sys.stdout.flush()
    if shown:
        _open(link)


def _open(link: str) -> None:
    """Open a browser with windows; one that would take over this terminal is left alone."""
    import webbrowser

    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if type(found) is not webbrowser.GenericBrowser:
        found.open(link)
