"""Chinese sentences are made in wording/ and in templates only. A single Chinese term may stand anywhere."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import PACKAGE, Finding, docstrings, nothing_found, package_files, place

HAN = re.compile(r"[\u3400-\u9fff]")
RUN = re.compile(r"[\u3400-\u9fff]+")
STOP = re.compile(r"[\u3002\uff0c\uff1b\uff01\uff1f]")
LITERAL_MAX = 7
"""A string of the program may hold a label of this many characters, altogether."""
TERM_MAX = 12
"""In a docstring or comment one unbroken Chinese term may be this long: the name of mutual aid itself has twelve."""


def is_sentence(text: str) -> bool:
    """Whether a string of the program says more than a term."""
    han = HAN.findall(text)
    return len(han) > LITERAL_MAX or bool(han and STOP.search(text))


def is_prose(text: str) -> bool:
    """Whether a docstring or comment goes beyond naming Chinese terms."""
    terms = RUN.findall(text)
    return any(len(term) > TERM_MAX for term in terms) or bool(terms and STOP.search(text))


def literals(node: ast.AST, prose: set[int]) -> Iterator[tuple[int, str]]:
    """Every string below this node; the pieces of one f-string are read as one."""
    if isinstance(node, ast.JoinedStr):
        pieces = [part.value for part in node.values if isinstance(part, ast.Constant)]
        yield node.lineno, "".join(map(str, pieces))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from literals(part.value, prose)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from literals(child, prose)


def comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def chinese_sentences(file: Path, text: str) -> Iterator[Finding]:
    """Python: strings, docstrings and comments. SQL: every line is read as a comment."""
    if file.suffix == ".sql":
        told, programmed = list(enumerate(text.splitlines(), start=1)), []
    else:
        module = ast.parse(text)
        alone = list(docstrings(module))
        told = [*((node.lineno, str(node.value)) for node in alone), *comments(text)]
        programmed = list(literals(module, {id(node) for node in alone}))
    for line, words in programmed:
        if is_sentence(words):
            yield f"{place(file, line)} a Chinese sentence belongs in wording/: {words!r}"
    for line, words in told:
        if is_prose(words):
            yield f"{place(file, line)} docstrings and comments are English"


def test_no_chinese_sentence_outside_wording() -> None:
    files = package_files(".py", ".sql", outside=("wording",))
    nothing_found(found for file in files for found in chinese_sentences(file, file.read_text("utf-8")))


def sentences_in_a_template(file: Path, text: str) -> Iterator[Finding]:
    """A page's template holds headings and labels: words with a stop behind them are a sentence, made in wording/."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.search(r"[\u3400-\u9fff][\u3002\uff1b\uff01]", line):
            yield f"{place(file, number)} a Chinese sentence in a template belongs in wording/"


def test_no_sentence_in_a_template() -> None:
    files = package_files(".html", rooms=("web",))
    nothing_found(found for file in files for found in sentences_in_a_template(file, file.read_text("utf-8")))


def test_the_check_sees_sentences() -> None:
    file = PACKAGE / "decide" / "plan.py"
    for snippet in (
        'say("余额不足。")',
        'say("他的个人账户没有余额")',
        'say(f"本人账户{paid}元，其余现金")',
        '"""先由本人账户支付，不足部分共济。"""',
        "x = 1  # 先由本人账户支付；再由家人",
    ):
        assert len(list(chinese_sentences(file, snippet))) == 1, snippet
    assert len(list(chinese_sentences(PACKAGE / "store" / "a.sql", "-- 余额不得为负。"))) == 1


def test_the_check_lets_terms_pass() -> None:
    file = PACKAGE / "terms" / "codes.py"
    for snippet in ('LABEL = "起付线"', '"""Costs: 起付, 自付, 超封顶, 先行自付, 全自费."""', "x = 1  # 统筹区"):
        assert list(chinese_sentences(file, snippet)) == []


def test_the_check_sees_a_sentence_in_a_template() -> None:
    file = PACKAGE / "web" / "templates" / "page.html"
    assert len(list(sentences_in_a_template(file, "<p>\u6ca1\u6709\u529e\u6210\u3002</p>"))) == 1
    assert list(sentences_in_a_template(file, "<h2>\u539f\u56e0</h2>{{ told }}\u3002")) == []
