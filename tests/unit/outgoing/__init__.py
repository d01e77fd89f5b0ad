"""Rules about what leaves, as tables: what may, what may not, and the rule that says so."""
