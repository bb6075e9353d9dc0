"""What the book says, told for every reader: commands and pages alike. Knows the book and the words, and no records."""
