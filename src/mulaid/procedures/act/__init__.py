"""One way to carry out an act: ids, permission, locks, reading, the procedure, one booking. The themes stand above."""
