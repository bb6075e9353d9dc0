"""The examples that come with mulaid: a population, a day of messages, a catalogue and worked cases."""

from importlib.resources import files
from pathlib import Path

from mulaid.cli.cannot import cannot
from mulaid.wording.demo import NO_EXAMPLES


def examples_folder() -> Path:
    """Those of the folder we are in, else those shipped: inside the installed package, or beside the sources."""
    packaged, checkout = Path(str(files("mulaid"))) / "examples", Path(__file__).parents[3] / "examples"
    for folder in (Path.cwd() / "examples", packaged, checkout):
        if (folder / "day").is_dir() and (folder / "population").is_dir():
            return folder
    cannot(NO_EXAMPLES)
