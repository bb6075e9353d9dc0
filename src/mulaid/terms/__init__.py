"""The field's nouns, frozen. Nothing here reads a file, a clock or a database.

Money is `Fen`; people, bills and outcomes are plain records; every reason for refusing is a name in `reasons`.
The rules that use these nouns are in `mulaid.decide`, the law in force in `mulaid.policy`.
"""
