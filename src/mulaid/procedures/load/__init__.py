"""What files bring: people, purses, relations, institutions and the catalogue."""
