"""Who is who: which mail address, name and record stand for which person and company, and what only looks alike."""
