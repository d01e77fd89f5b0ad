"""Write the sample company's files: `python -m tools.sample [FOLDER]`, by default `samples/fieldstone`."""

import sys
from pathlib import Path

from tools.sample import company, write_sample

write_sample(company(), Path(sys.argv[1] if len(sys.argv) > 1 else "samples/fieldstone"))
