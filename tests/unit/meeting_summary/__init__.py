"""The summary of a meeting."""
