"""The loop as it runs: real stores, real graph, other processes."""
