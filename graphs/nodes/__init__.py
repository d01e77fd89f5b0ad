"""The nodes of the graphs: each reads the channels its input type names and writes the few it returns."""
