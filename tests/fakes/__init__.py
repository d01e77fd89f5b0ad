"""Stores in memory behind the same Protocols, for tests and for the contract suite."""
