"""Turning texts into vectors: by spelling alone, by a small local model, or by an endpoint an admin has set."""
