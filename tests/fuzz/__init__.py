"""The interface for programs under every kind of input that its own description allows, and some that it does not."""
