"""What happens in a person's life and changes what their cover and accounts may do."""
