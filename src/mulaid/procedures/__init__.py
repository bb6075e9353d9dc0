"""经办: what an agency does, one file a procedure, one transaction each.

The only room that knows both the rules and the records.
"""
