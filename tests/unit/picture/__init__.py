"""The picture of an account and its table twin."""
