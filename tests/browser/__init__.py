"""What a seller sees in a real Chromium."""
