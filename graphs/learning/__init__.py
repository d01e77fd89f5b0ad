"""What is learned from what people decided: gathered, kept in versions, shown, and taken back."""
