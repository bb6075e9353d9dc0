"""Files people write: worked cases and load files. A wrong one is refused with file, line, field and reason."""
