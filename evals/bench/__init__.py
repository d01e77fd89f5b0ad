"""Measurements of the hot paths: what one loop costs, how a run grows with its account, how long a prep takes."""
