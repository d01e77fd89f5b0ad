"""How results are shown: pages for the terminal and one printable HTML page; nothing here decides or reads a store.

Invariant: text that came from outside is inert: no control bytes, no markup, hidden characters made visible.
"""
