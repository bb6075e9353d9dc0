"""What every command that needs the database does first: read the settings and open it, or say why it cannot."""

import contextlib
from collections.abc import Iterator

from mulaid.app.house import database
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.lanes.annex import AnnexFailed
from mulaid.located import Fault
from mulaid.settings import Settings
from mulaid.store.embedded import EmbeddedFailed
from mulaid.store.migrate import MigrationFailed, SchemaUnknown
from mulaid.store.seal import SealBroken
from mulaid.wording import commands
from mulaid.wording.files import fault_sentence


@contextlib.contextmanager
def open_database() -> Iterator[tuple[Settings, str]]:
    """The settings and the database for as long as the block runs. What goes wrong ends the command with a sentence."""
    settings = environment.settings()
    try:
        with database(settings) as dsn:
            yield settings, dsn
    except Fault as fault:
        cannot(fault_sentence(fault))
    except SealBroken:
        cannot(commands.KEY_LOST)
    except (AnnexFailed, EmbeddedFailed, MigrationFailed, SchemaUnknown, OSError) as failure:
        cannot(commands.cannot_start(str(failure)))
