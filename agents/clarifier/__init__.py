"""Who resolves what a person meant before anything is decided: names of accounts first."""
