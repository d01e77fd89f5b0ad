"""What the laws and the graphs ask of the outside, as Protocols: one file per concern."""
