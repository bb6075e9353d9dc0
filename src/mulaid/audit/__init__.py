"""The independent checker: everything the records say, worked out a second time from the rows themselves.

Its SQL, its arithmetic and its reading of records are its own; it shares no code with the rooms that wrote them. Only
the replay of decisions is handed in, and what that finds is marked as not independent. Nothing here writes to the
database: sums are kept in a scratch file that goes away with the audit.
"""
