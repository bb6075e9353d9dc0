"""Wiring: a database, the law, the lanes and the doors, put together and taken apart again."""
