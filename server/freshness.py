"""Who has signed in for this: what widens what happens needs a sign-in made minutes ago, not an old session.

Invariant: only a session that a single-use link began counts, for five minutes; a key never does, and acting as another
user makes nothing new.
"""

from datetime import timedelta

from server.auth import Caller
from server.home import Home
from state.principal import Principal

BY_LINK = "link"
FRESH_LASTS = timedelta(minutes=5)


def is_fresh(home: Home, caller: Caller) -> bool:
    """Tell whether the caller opened a link a moment ago."""
    made = caller.credential
    age = home.clock.wall() - made.made_at
    return made.kind == "session" and made.label == BY_LINK and timedelta(0) <= age < FRESH_LASTS


def in_person(home: Home, caller: Caller) -> Principal:
    """Say how the caller proved who it is; what needs a fresh sign-in refuses the others itself."""
    return (
        caller.principal.model_copy(update={"method": BY_LINK})
        if is_fresh(home, caller)
        else caller.principal
    )
