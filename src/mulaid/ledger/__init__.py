"""Double entry, pure: a decision becomes transfers, each one debit, one credit and a positive amount."""
