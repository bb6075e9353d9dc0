"""The stories of tests/stories on the real procedures: each holds, and together they try every act about relations."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mulaid.cli import app
from mulaid.cli.play import Told, covered, play_all
from mulaid.intake.story_form import LATER, read_stories
from mulaid.procedures.sponsorship.acts import ACTS

STORIES = Path(__file__).parent.parent / "stories"
TIMED = {"lapse", "expire"}
"""A timer's: it asks once, and nobody else may; the story sees what it leaves."""
LINE = """
[[story]]
name = "a"
region = "990600"
people.son = {{ scheme = "employee" }}
people.mother = {{ scheme = "resident" }}

[[story.steps]]
on = 2026-01-02
{step}
"""


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return play_all(read_stories([STORIES]), [])


def test_every_story_holds_and_leaves_clean_books(told: list[Told]) -> None:
    wrong = {
        each.story.form.name: [step.differs for step in each.steps if step.differs] + each.findings
        for each in told
        if not each.ok
    }
    assert wrong == {}


def test_every_act_about_relations_is_done_refused_and_repeated(told: list[Told]) -> None:
    """Counted over the table of acts, so that a new act without a story turns this red."""
    counted = {name: (done, refused, again) for name, done, refused, again in covered(told)}
    for act in ACTS:
        done, refused, again = counted[act.name]
        assert done, f"{act.name} was never done"
        if act.name not in TIMED:
            assert refused and again, f"{act.name} was never refused, or never sent again"


def played(tmp_path: Path, step: str, *options: str) -> tuple[int, str]:
    file = tmp_path / "story.toml"
    policies = [str(STORIES.parent / name) for name in ("invented", "invented_relations")]
    file.write_text(f"policies = {json.dumps(policies)}\n" + LINE.format(step=step), "utf-8")
    result = CliRunner().invoke(app, ["play", str(file), *options])
    return result.exit_code, result.output


def test_an_expectation_that_does_not_hold_is_told(tmp_path: Path) -> None:
    step = 'do = "end"\nsponsor = "son"\nbeneficiary = "mother"\nexpect = { refused = "LOCKED_UNBIND" }'
    code, text = played(tmp_path, step, "--json")
    [story] = json.loads(text)
    assert (code, story["ok"], story["steps"][0]["refused"]) == (1, False, "NOT_BOUND")
    assert story["steps"][0]["differs"] == ["refused: LOCKED_UNBIND / NOT_BOUND"]


@pytest.mark.parametrize("do", sorted(LATER))
def test_a_step_that_is_not_built_says_so(tmp_path: Path, do: str) -> None:
    code, text = played(tmp_path, f'do = "{do}"')
    assert code == 2 and "还没有做" in text and do in text


@pytest.mark.parametrize(
    "step",
    [
        'do = "dance"',
        'do = "wait"\nsponsor = "son"',
        'do = "end"\nsponsor = "nobody"\nbeneficiary = "mother"',
        'do = "end"\nbeneficiary = "mother"',
        'do = "contribute"\nperson = "son"\npool = "son"\namount = "1"',
        'do = "wait"\n[[story.steps]]\non = 2026-01-01\ndo = "wait"',
    ],
)
def test_a_step_that_cannot_be_is_refused_before_anything_is_played(tmp_path: Path, step: str) -> None:
    code, text = played(tmp_path, step)
    assert code == 2 and "story.toml" in text
