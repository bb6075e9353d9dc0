"""A sponsorship's life."""
