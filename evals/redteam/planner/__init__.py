"""A planner that obeys every text it reads, against the guard: what it tried, and what a transport ever saw of it."""
