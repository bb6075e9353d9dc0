"""Pages for families that need no sign-in: the whole question stands in the address, so that it can be sent on.

They ask the rules and the book, and hold no rule of their own.
"""
