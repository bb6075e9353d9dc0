"""Folders for a database of its own: as root it runs as another user, who has to pass through them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database_place() -> Iterator[Path]:
    """A folder that is gone afterwards. Not among pytest's own: its next session would shut the server out."""
    with tempfile.TemporaryDirectory(prefix="mulaid-tests-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)
