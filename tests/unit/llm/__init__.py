"""Tests of the model reasoner."""
