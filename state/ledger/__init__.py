"""What was done, provably: the hash chain and its stand-alone verifier."""
