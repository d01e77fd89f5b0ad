"""Proving: what no request whatever can bring a policy to allow, shown by a solver instead of by examples."""
