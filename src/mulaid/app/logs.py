"""What the service tells of itself while it runs, beside its answers."""

import sys

import structlog


def log_from(level: int) -> None:
    """Log what is at least this important, on stderr: stdout belongs to what a command was asked for."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
