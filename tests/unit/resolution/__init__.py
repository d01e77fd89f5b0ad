"""Tests of who is who: addresses, names, merges."""
