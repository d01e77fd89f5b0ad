"""Laws of the situation, its log and what was believed."""
