"""Many requests, one transaction: a lane takes what is waiting when its connection is free."""
