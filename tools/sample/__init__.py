"""The sample company Fieldstone: an invented firm with planted situations, made by a seeded script."""

from tools.sample.build import Sample, company, stories
from tools.sample.cast import Cast
from tools.sample.files import STANDING_IN, SampleTenant, read_sample, read_tenant, write_sample

__all__ = [
    "STANDING_IN",
    "Cast",
    "Sample",
    "SampleTenant",
    "company",
    "read_sample",
    "read_tenant",
    "stories",
    "write_sample",
]
