"""The critics: every rule with a plan that breaks it and its twin that does not."""
