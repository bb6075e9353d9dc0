"""The interface's input nodes, field names exactly the wire's. Fields nobody here reads are accepted and ignored.

A field without a default must be there. Every scalar arrives as text (`envelope`); amounts, prices and times are read
by `amounts.decode`. Lengths are given where a field becomes a key.
"""
