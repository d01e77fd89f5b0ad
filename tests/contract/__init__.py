"""One suite per port, run against every store that claims it."""
