"""A value as it is written in a policy file: TOML on one line."""

import datetime
import json
from collections.abc import Mapping
from typing import Any


def inline(value: Any) -> str:
    """A text, number, flag, day, list or table as TOML writes it inline."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime.date():
            return value.isoformat()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            told = ", ".join(f"{key} = {inline(item)}" for key, item in value.items())
            return f"{{ {told} }}" if told else "{}"
        case list() | tuple():
            return f"[{', '.join(map(inline, value))}]"
    raise TypeError(type(value).__name__)
