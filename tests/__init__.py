"""The suite: unit, contract, graph, server, browser and layout tests, named as sentences."""
