"""How fast, measured beside something else in the same run: settlements against pgbench's own transactions."""
