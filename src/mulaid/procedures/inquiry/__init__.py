"""What is only looked at, and who looked."""
