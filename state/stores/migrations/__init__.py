"""Revisions of the database schema, oldest first; a test compares them with the scripts and with the tables."""

REVISIONS = ("0001",)
HEAD = REVISIONS[-1]
