"""Judgements: hand-computed situations and the borders of every rule."""
