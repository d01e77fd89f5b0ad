"""What people are told: reports, pages, lists and explanations, read from the records and changing nothing."""
