"""What the pages cost: on a slow device, at ten thousand accounts, under many open streams, and from card to mail."""
