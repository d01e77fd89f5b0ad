"""The playbook reasoner: what it proposes, asks, writes and leaves alone."""
