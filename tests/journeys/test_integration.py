"""The guide for vendors: its six calls are answered as it shows, and its signatures are the door's."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from mulaid.gateway.credentials import hmac_sha1_signature, tif_signature
from tests.journeys.served import example_home, served
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("integration")

PAGE = (ROOT / "docs" / "integration.md").read_text("utf-8")
STEP = re.compile(r"### \d\. .*?\n```bash\n(?P<calls>.*?)```\n\n```json\n(?P<answer>.*?)```", re.DOTALL)
LEFT_OUT = "…"
MINTED = re.compile(r"\d{20,}|\d{4}-\d\d-\d\d")
"""Numbers given by this run, and its day."""
MARK = "-- next --"


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def shows(answer: str, shown: str) -> bool:
    """Whether the lines shown come in this order, one behind the other where nothing is left out."""
    parts = [part.strip("\n").splitlines() for part in re.split(rf"^ *{LEFT_OUT}\n", shown, flags=re.MULTILINE)]
    pattern = r".*?\n".join("".join(re.escape(line.rstrip(",")) + ",?\n" for line in part) for part in parts)
    return re.fullmatch(pattern, answer, re.DOTALL) is not None


def test_the_six_calls_are_answered_as_the_guide_shows(tmp_path: Path) -> None:
    steps = list(STEP.finditer(PAGE))
    assert len(steps) == 6
    prepared = next(each for each in re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL) if "field()" in each)
    with example_home() as home, served(home) as service:
        calls = f"\necho; echo '{MARK}'\n".join(step["calls"] for step in steps)
        script = (prepared + calls).replace("127.0.0.1:8350", f"127.0.0.1:{service.port}")
        done = subprocess.run(["bash", "-euc", script], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    answers = done.stdout.split(MARK)
    for step, answer in zip(steps, answers, strict=True):
        pretty = msgspec.json.format(answer.strip().encode(), indent=2).decode() + "\n"
        assert shows(MINTED.sub("", pretty), MINTED.sub("", step["answer"])), pretty


def test_the_signatures_in_python() -> None:
    written: dict[str, object] = {}
    exec(block("python"), written)
    by_key, by_nonce = written["hmac_sha1"], written["tif"]
    assert callable(by_key) and callable(by_nonce)
    _right(by_key("k", "s", "hsa-fsi-1101"), by_nonce("k", "s"))


@pytest.mark.skipif(shutil.which("java") is None, reason="the Java of the guide needs a JDK")
def test_the_signatures_in_java(tmp_path: Path) -> None:
    main = """
class Shown {
    public static void main(String[] given) throws Exception {
        System.out.println(Signatures.hmacSha1("k", "s", "hsa-fsi-1101"));
        System.out.println(Signatures.tif("k", "s"));
    }
}
"""
    text = block("java")
    at = text.index("class Signatures")
    file = tmp_path / "Shown.java"
    file.write_text(text[:at] + main + text[at:], "utf-8")
    done = subprocess.run(["java", str(file)], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    _right(*(dict(pair.split("=", 1) for pair in line.strip("{}").split(", ")) for line in done.stdout.splitlines()))


def _right(by_key: dict[str, str], by_nonce: dict[str, str]) -> None:
    assert by_key["_api_signature"] == hmac_sha1_signature("s", by_key)
    expected = tif_signature("s", by_nonce["x-tif-timestamp"], by_nonce["x-tif-nonce"])
    assert by_nonce["x-tif-signature"] == expected
    assert sys.maxsize > int(by_nonce["x-tif-timestamp"]) > 1_700_000_000
