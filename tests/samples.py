"""The sample company of a seed, made once per process: whoever has it only reads it."""

from functools import cache

from tools.sample import Sample, company
from tools.sample.cast import SEED


def sampled(seed: int = SEED) -> Sample:
    """Give the whole company of a seed."""
    return _made(seed)


_made = cache(company)
