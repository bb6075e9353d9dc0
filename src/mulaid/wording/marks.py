"""The marks that hold to what they stand beside, wherever a line is folded."""

OPENING = "（“【"
"""They may not end a line."""
CLOSING = "、，。；：？！）”】"
"""They may not begin one."""
UNIT = "元"
"""It stays with its amount."""
