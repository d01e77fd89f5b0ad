"""Plans: drafted from templates, dispatched step by step, and told to the situation; our rows are the truth."""
