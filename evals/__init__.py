"""How well it decides: cases, scorers, metrics, reports, faults and benchmarks."""
