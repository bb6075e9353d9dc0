"""The settings of a command, or the sentences that say which of them cannot be used."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from mulaid.cli.cannot import cannot
from mulaid.settings import SettingFault, Settings, SettingsWrong, from_environment, unknown
from mulaid.wording.settings import fault_sentence


def settings() -> Settings:
    """The settings in force. Ends the command when one of them cannot be used."""
    try:
        return from_environment(os.environ)
    except SettingsWrong as error:
        _end(error.faults)


def no_strangers(policies: list[Path] | None) -> list[Path] | None:
    """For a command that reads a setting as an option: a misspelt name would silently leave the default in force."""
    if strangers := unknown(os.environ):
        _end(strangers)
    return policies


def _end(faults: Iterable[SettingFault]) -> NoReturn:
    cannot("\n".join(fault_sentence(fault.name, fault.value, fault.wrong, fault.allowed) for fault in faults))
