"""Crash enumeration: kill the process at every registered step, against a provider that can lag and lie."""
