"""The vocabulary of Revloop and its pure laws; only `stores` and `settings` touch the outside."""
