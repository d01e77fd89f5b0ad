"""Events on their way in: corrections, clocks and proofs."""
