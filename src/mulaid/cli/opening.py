"""What every command that needs the database does first: read the settings and open it, or say why it cannot."""

import contextlib
import socket
from collections.abc import Iterator

import asyncpg

from mulaid.app.house import database
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.clock import ClockWrong
from mulaid.counter.annex import AnnexFailed
from mulaid.located import Fault
from mulaid.settings import Settings
from mulaid.store.connect import OLDEST_SERVER, ServerTooOld
from mulaid.store.embedded import SYSTEM_USER, EmbeddedFailed, EmbeddedMissing, Unreachable
from mulaid.store.migrate import DbmateMissing, MigrationFailed, SchemaUnknown
from mulaid.store.seal import KeyRefused
from mulaid.wording import commands
from mulaid.wording.files import fault_sentence

DATABASE_UNUSABLE = (
    *(EmbeddedFailed, MigrationFailed, SchemaUnknown, ServerTooOld, OSError),
    *(asyncpg.PostgresError, asyncpg.InterfaceError),
)
"""What is raised where a database cannot be used; `why` has the words."""


@contextlib.contextmanager
def open_database() -> Iterator[tuple[Settings, str]]:
    """The settings and the database for as long as the block runs. What goes wrong ends the command with a sentence."""
    settings = environment.settings()
    try:
        with database(settings) as dsn:
            yield settings, dsn
    except Fault as fault:
        cannot(fault_sentence(fault))
    except KeyRefused as refused:
        cannot(commands.key_refused(refused.trouble, str(refused.file)))
    except ClockWrong as wrong:
        cannot(commands.clock_wrong(wrong.here, wrong.there))
    except (AnnexFailed, *DATABASE_UNUSABLE) as failure:
        cannot(commands.cannot_start(why(failure)))


def why(failure: Exception) -> str:
    """Why the database cannot be used: what stands in its way, or what it said itself."""
    return in_the_way(failure) or str(failure)


def in_the_way(failure: Exception) -> str:
    """What stands in the database's way, with the way out; empty when it is something else."""
    match failure:
        case EmbeddedMissing():
            return commands.EMBEDDED_MISSING
        case DbmateMissing():
            return commands.DBMATE_MISSING
        case Unreachable():
            return commands.unreachable(SYSTEM_USER, str(failure.place))
        case ServerTooOld():
            return commands.server_too_old(failure.found, OLDEST_SERVER)
        case SchemaUnknown():
            return commands.schema_unknown(failure.found, failure.expected)
        case asyncpg.InvalidCatalogNameError():
            return commands.NO_SUCH_DATABASE
        case asyncpg.InvalidAuthorizationSpecificationError():
            return commands.NOT_LET_IN
        case ConnectionError() | TimeoutError() | socket.gaierror():
            return commands.NO_SERVER
    return ""
