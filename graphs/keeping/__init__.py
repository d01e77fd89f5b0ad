"""What keeps the house true: anchors, reconciling, restoring, retention, forgetting, and what is in force."""
