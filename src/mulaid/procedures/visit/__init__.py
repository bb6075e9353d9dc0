"""Visits and their charges, until they are settled."""
