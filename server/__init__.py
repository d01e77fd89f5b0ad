"""Where people and programs meet the system: the command line now, pages and API later."""
