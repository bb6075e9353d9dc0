"""The records: every SQL statement of the engine, and nothing that decides.

Each function takes a connection first. Hot functions take and give arrays, one statement a call, with one
`region = $1`; the caller opens the transaction and locks in the order `registry` describes. Regions are six digits of
text here and integers in the database. The database may refuse (a negative balance, parts that do not sum), it never
computes.
"""
