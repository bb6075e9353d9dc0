"""All Chinese sentences that people read: short, plain, amounts as 128.50 元, with the remedy where there is one.

Functions take plain values and return text. Nothing here decides anything, and no sentence is written anywhere else.
"""
