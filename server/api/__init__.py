"""The JSON interface: the same acts as the pages and the command line, for programs."""
