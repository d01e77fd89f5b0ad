"""Tests of what people and programs touch: the command line and its pages."""
