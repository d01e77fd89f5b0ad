"""Attacks on the laws, each with a control that succeeds where its guard is out; every run prints a table."""
