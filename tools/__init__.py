"""How the world is read and touched: the typed catalog, its gateway and the connectors."""
