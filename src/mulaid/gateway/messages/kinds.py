"""Kinds of text that become keys and so have a length."""

from typing import Annotated

from msgspec import Meta

Key = Annotated[str, Meta(max_length=30)]
"""C30: ids and serials."""
ItemCode = Annotated[str, Meta(max_length=50)]
"""C50: a catalogue code."""
