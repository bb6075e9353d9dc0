"""The generated parts of the documents are what docs/generate.py would write now."""

import importlib.util
from types import ModuleType

import pytest

from tests.tidy.tree import ROOT, nothing_found


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return script("generate")


def script(name: str) -> ModuleType:
    """A script of the documents as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_generated_page_is_stale(generate: ModuleType) -> None:
    nothing_found(f"{page} is stale: run docs/generate.py" for page in generate.stale())


def test_only_what_stands_between_the_markers_is_written(generate: ModuleType) -> None:
    page = f"before\n\n{generate.MARK}\n\nold\n\n{generate.MARK}\n\nafter\n"
    new = generate.renewed(page, ["new"])
    assert new == page.replace("old", "new")
    assert generate.renewed(new, ["new"]) == new


def test_a_page_without_its_markers_is_not_written(generate: ModuleType) -> None:
    with pytest.raises(ValueError, match="markers"):
        generate.renewed("no marker\n", ["new"])
