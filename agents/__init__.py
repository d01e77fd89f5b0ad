"""Who decides: one module per role, each behind a Protocol of `state.ports`."""
