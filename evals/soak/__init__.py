"""Hours of work in minutes: workers that are killed, a server that restarts, and every event accounted for."""
