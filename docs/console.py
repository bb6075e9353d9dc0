"""Run every command shown in the documents as it stands, and write anew what the pages say it prints.

    .venv/bin/python docs/console.py    run them all and write the pages

A page shows a command in one of two blocks, and the files a command reads in a third:

    ```sh       commands; they have to end well, and with --strict they may find cases that come out otherwise
    ```console  "$ " and one command, then what it prints on a screen of 100 columns, be it good news or not;
                a line "…" stands for what is left out
    ```toml     a file, where the first line is "# " and its name

The blocks of a page are taken from top to bottom in a folder of the page's own, which holds what a checkout holds.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>sh|console|toml)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
MINTED = re.compile(r"(?<!\d)\d{24}(?!\d)|(?<=#)[0-9a-f]{16}\b")
"""The number of a settlement is another one every time, the digest of the policy book after every change."""

ELSEWHERE = {
    "make demo": "tests/journeys/test_demo.py runs the demo, and so does docs/rehearse.md",
    "make test": "runs this very check",
    "make check": "runs before every commit",
    ".venv/bin/python docs/generate.py": "tests/tidy/test_generated.py looks at what it would write",
    ".venv/bin/python docs/console.py": "is what runs these commands",
    ".venv/bin/mulaid serve --sandbox": "runs until it is stopped: tests/journeys/test_serve.py",
}
"""Commands that are not run here, and why: where they are run instead."""

PAGES_ELSEWHERE = {
    "docs/operate.md": "asks for servers of its own: tests/journeys/test_operate.py runs every command of it"
}


class Trouble(Exception):
    """A command of a page does not do what the page says it does."""


def pages() -> list[Path]:
    """The pages whose commands are run here."""
    found = {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")} - {ROOT / page for page in PAGES_ELSEWHERE}
    return [page for page in sorted(found) if any(commands(page.read_text("utf-8")))]


def commands(text: str) -> Iterator[str]:
    """Every command that a page shows, those that are run elsewhere too."""
    for block in _blocks(text):
        if block["kind"] != "toml":
            yield from _commands(block)


def walked(text: str) -> str:
    """Take a page from top to bottom, and return it with what its commands print now. Raises `Trouble`."""
    with tempfile.TemporaryDirectory(prefix="mulaid-page-") as place:
        folder = Path(place)
        _furnish(folder)
        return BLOCK.sub(lambda block: _done(block, folder), text)


def _blocks(text: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer(text))


def _commands(block: re.Match[str]) -> list[str]:
    """The commands of a block, without the remarks behind them; one that goes on in the next line is one."""
    lines = textwrap.dedent(block["text"]).replace("\\\n", "").splitlines()
    if block["kind"] == "console":
        lines = [lines[0].removeprefix("$ ")]
    bare = (re.sub(r"(^|\s+)# .*$", "", line).rstrip() for line in lines)
    return [line for line in bare if line]


def _furnish(folder: Path) -> None:
    """What a checkout holds, as far as commands read or write it. Its database runs as a user who has to get there."""
    folder.chmod(0o711)
    for name in ("policies", "examples", "tests/cases", "tests/invented", "tests/invented_relations"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)


def _done(block: re.Match[str], folder: Path) -> str:
    text = textwrap.dedent(block["text"])
    if block["kind"] == "toml":
        head = text.partition("\n")[0]
        if re.fullmatch(r"# [\w./-]+\.toml", head):
            file = folder / head.removeprefix("# ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return block[0]
    printed = "".join(_run(each, folder, block["kind"]) for each in _commands(block) if each not in ELSEWHERE)
    if block["kind"] == "sh":
        return block[0]
    command, _, shown = text.partition("\n")
    new = _shortened(printed, shown) if LEFT_OUT in shown.splitlines() else printed
    if MINTED.sub("", new) == MINTED.sub("", shown):
        return block[0]
    return textwrap.indent(f"```console\n{command}\n{new}```", block["indent"])


def _run(command: str, folder: Path, kind: str) -> str:
    """What a command prints, without blanks at the ends of lines."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MULAID_", "PYTHON"))}
    ours = {
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{kept['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "100",
        "MULAID_HOME": str(folder / "home"),
        "MULAID_POLICIES": str(folder / "policies"),
    }
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env=kept | ours,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    shows = kind == "console"
    if done.returncode > int(shows or " --strict " in command) or (shows and not done.stdout):
        raise Trouble(f"{command}\nended in {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.strip("\n").splitlines())


def _shortened(printed: str, shown: str) -> str:
    """As many lines from the beginning and the end as the page shows now."""
    kept, lines = shown.splitlines(), printed.splitlines(keepends=True)
    first = kept.index(LEFT_OUT)
    last = len(kept) - first - 1
    if len(lines) < len(kept):
        return printed
    return "".join([*lines[:first], f"{LEFT_OUT}\n", *lines[len(lines) - last :]])


if __name__ == "__main__":
    for page in pages():
        old = page.read_text("utf-8")
        if (renewed := walked(old)) != old:
            page.write_text(renewed, "utf-8")
