"""Write anew what the commands shown in the documents print.

    .venv/bin/python docs/console.py    run every command in a console block and write what it prints

A block begins with "$ mulaid …"; everything below that line is what the command printed.
"""

import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from mulaid.cli import app

PAGES = Path(__file__).resolve().parent
BLOCK = re.compile(r"^```console\n\$ mulaid (.+)\n(?s:.*?)^```$", re.MULTILINE)


def renewed(text: str) -> str:
    """A page with what every command in it prints now."""
    return BLOCK.sub(_block, text)


def stale() -> dict[Path, str]:
    """The pages whose commands print something else by now, with what they print."""
    pages = {page: page.read_text("utf-8") for page in sorted(PAGES.rglob("*.md"))}
    return {page: new for page, text in pages.items() if (new := renewed(text)) != text}


def _block(shown: re.Match[str]) -> str:
    environment = {"COLUMNS": "100", "MULAID_POLICIES": None}
    result = CliRunner().invoke(app, shlex.split(shown[1]), env=environment)
    if not result.stdout:
        raise SystemExit(f"{shown[1]}: {result.stderr}")
    return f"```console\n$ mulaid {shown[1]}\n{result.stdout.rstrip()}\n```"


if __name__ == "__main__":
    for page, text in stale().items():
        page.write_text(text, "utf-8")
