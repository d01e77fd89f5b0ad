"""How what happened is taken in: events, the world they make, what is corrected, merged and remembered."""
