"""What is known of an account: events, their fold into a situation, and the signals read from it."""
