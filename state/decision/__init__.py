"""What could be done about a situation: proposals, their value, the one question, the brief."""
