"""Folders, calendars and documents become events: each rule with the case that breaks it and its twin."""
