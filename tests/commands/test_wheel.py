"""What somebody gets who installs mulaid: the wheel alone in an environment of its own, away from every checkout."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("demo")

HERE = sysconfig.get_path("purelib")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(ROOT))
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    [built] = out.glob("mulaid-*.whl")
    return built


@pytest.fixture(scope="module")
def mulaid(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command where the wheel is installed. What it depends on is lent by the environment of the tests."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    install = ("--python", str(venv), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)
    return venv / "bin" / "mulaid"


def run(mulaid: Path, where: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("MULAID_", "PYTHON"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    environment = kept | {"PYTHONPATH": HERE, "PYTHONIOENCODING": "utf-8", "PATH": path}
    return subprocess.run(
        [str(mulaid), *typed], cwd=where, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_the_wheel_holds_what_its_commands_read(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("policies", "policies/sources", "examples/day", "examples/population", "examples/cases"):
        assert any(name.startswith(f"mulaid/{folder}/") for name in names), folder
    read = ("examples/catalogue.toml", "gateway/profiles.toml", "simulate/families.toml")
    assert {f"mulaid/{name}" for name in read} < set(names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_it_is_the_wheel_that_runs(mulaid: Path, tmp_path: Path) -> None:
    program = "import mulaid; print(mulaid.__file__)"
    environment = os.environ | {"PYTHONPATH": HERE}
    asked = [str(mulaid.with_name("python")), "-c", program]
    found = subprocess.run(asked, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(mulaid.parents[1])


def test_worked_cases_are_copied_and_decided(mulaid: Path, tmp_path: Path) -> None:
    copied = run(mulaid, tmp_path, "case", "examples", "cases")
    assert (copied.returncode, copied.stderr) == (0, "")
    assert len(list((tmp_path / "cases").glob("*.toml"))) >= 4
    decided = run(mulaid, tmp_path, "decide", "cases")
    assert (decided.returncode, decided.stderr) == (0, "")
    assert "都和预期相符。" in decided.stdout
    again = run(mulaid, tmp_path, "case", "examples", "cases")
    assert again.returncode == 2 and "没有改动它" in again.stderr


def test_the_policy_book_is_inside(mulaid: Path, tmp_path: Path) -> None:
    shown = run(mulaid, tmp_path, "policy", "show", "310000", "P03", "--on", "2026-01-20")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "上海市" in shown.stdout


def test_the_demo_runs_anywhere(mulaid: Path, tmp_path: Path) -> None:
    shown = run(mulaid, tmp_path, "demo")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert re.search(r"[0-9]+ 条报文的答复都和预期相符。", shown.stdout)
    assert list(tmp_path.iterdir()) == []
