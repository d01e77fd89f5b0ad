"""What may be done, and who says so: verdicts, levels, budgets, the stop switch, decisions of people."""
