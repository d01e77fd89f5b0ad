"""How the work scales: many loops at once, one worker and two, a long queue, PostgreSQL beside SQLite."""
