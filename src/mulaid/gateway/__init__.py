"""The door of hospital and pharmacy systems: the national provider interface, spoken to the procedures below.

A request passes `door` (bytes in, bytes out), `envelope` (who says what), `credentials` (is it them), `routes` (which
transaction), a handler, and `translate` (fen and the field's words). National abbreviations live in this room only.
"""
