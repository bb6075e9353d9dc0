"""What concerns a personal account itself, apart from bills."""
