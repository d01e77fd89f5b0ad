"""How records of other systems become events: mapping files, CSV folders and JSON lines."""
