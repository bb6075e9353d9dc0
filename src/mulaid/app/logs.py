"""What the service tells of itself while it runs, beside its answers."""

import sys
from typing import TextIO

import structlog


def log_from(level: int, stream: TextIO | None = None) -> None:
    """Log what is at least this important, on stderr unless told where: stdout belongs to what a command was asked."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )
