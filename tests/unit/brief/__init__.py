"""The meeting brief: what stands on the page, what it cites, and what is cut."""
