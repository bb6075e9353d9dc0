"""How commands are used: their help, and what is said when one is typed wrong. In Chinese, and folded at the screen.

Every command is made with `Commands` instead of `typer.Typer`; parsing stays typer's.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_args

import typer
from rich.cells import cell_len, set_cell_size
from typer.completion import install  # type: ignore[attr-defined] # there, and not said to be
from typer.core import TyperCommand, TyperGroup

from mulaid.cli.printing import NO_SCREEN, columns, folded, print_lines
from mulaid.wording import usage as words

Function = TypeVar("Function", bound=Callable[..., Any])

_WRONG_USE: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
"""What typer raises when a command is typed wrong. It keeps the class to itself."""
_GAP = "  "
_NAMES_MAX = 28
_NARROW = 56
"""Below this many columns what is said of a name stands on the next line."""


class Command(TyperCommand):
    """A command with our help and complaints."""

    def get_params(self, ctx: Any) -> Any:
        return _ours(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)))

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        return _ended(super().main, standalone_mode, *args, **more)


class Group(TyperGroup):
    """A group of commands with our help and complaints."""

    def get_params(self, ctx: Any) -> Any:
        return _ours(super().get_params(ctx))

    def summaries(self, ctx: Any) -> Iterable[tuple[str, str]]:
        """Every command with a line about it."""
        for name in self.list_commands(ctx):
            if (command := self.get_command(ctx, name)) is not None and not command.hidden:
                yield name, command.short_help or (command.help or "").partition("\n")[0]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known and not ctx.resilient_parsing:
            ctx.fail(words.no_such_command(args[0], get_close_matches(args[0], known, cutoff=0.5)))
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        return _ended(super().main, standalone_mode, *args, **more)


class Commands(typer.Typer):
    """One command, or a group of them."""

    def __init__(self, *, cls: type[Group] = Group, completion: bool = False, no_args_is_help: bool = True) -> None:
        super().__init__(
            cls=cls,
            add_completion=completion,
            no_args_is_help=no_args_is_help,
            context_settings={"help_option_names": ["-h", "--help"]},
            pretty_exceptions_enable=False,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        """Make a function a command of this group; alone it is the command itself."""
        return super().command(name, cls=Command, **settings)


def _ours(parameters: Any) -> Any:
    """A command's parameters; those that typer adds speak English until here."""
    for each in parameters:
        each.help = words.option_help(each.opts, each.help or "")
        if "--install-completion" in each.opts:
            each.callback = _install_completion
    return parameters


def _install_completion(ctx: Any, _: Any, asked: Any) -> None:
    if asked and not ctx.resilient_parsing:
        print_lines([words.completion_installed(*map(str, install()))])
        raise typer.Exit


def _ended(run: Callable[..., Any], standalone: bool, *args: Any, **more: Any) -> Any:
    """Run a command. Standing alone it ends the process with its exit code, having said what was typed wrong."""
    if not standalone:
        return run(*args, standalone_mode=False, **more)
    try:
        code = run(*args, standalone_mode=False, **more)
    except typer.Abort:
        print_lines([words.CANCELLED], sys.stderr)
        sys.exit(1)
    except _WRONG_USE as error:
        _complain(error)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(error: Any) -> None:
    """Say what was typed wrong and how it is typed; the whole help where nothing was typed at all."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.message)
        return
    lines = [_complaint(error)]
    if error.ctx is not None:
        lines += [words.usage_line(_usage(error.ctx.command, error.ctx)), words.ask_for_help(error.ctx.command_path)]
    print_lines(lines, sys.stderr)


def _complaint(error: Any) -> str:
    message = str(error.message)
    match type(error).__name__:
        case "NoSuchOption":
            return words.no_such_option(error.option_name, sorted(error.possibilities or ()))
        case "MissingParameter":
            return words.missing(_name(error.param), option=_is_option(error.param))
        case "BadParameter":
            kind, wanted = _kind(error.param), _bounds(error.param)
            return words.bad_value(_name(error.param), _typed(error), words.wanted_value(kind, **wanted))
        case "BadOptionUsage" if "does not take a value" in message:
            return words.takes_no_value(error.option_name)
        case "BadOptionUsage":
            return words.needs_a_value(error.option_name)
    if message.startswith("Got unexpected extra argument"):
        return words.too_much(message.partition("(")[2].partition("(")[2].removesuffix(")"))
    return words.no_command(error.ctx.command_path) if message == "Missing command." else message


def _typed(error: Any) -> str:
    """What was typed where something else is wanted, as the reader of values says it."""
    found = error.__cause__.errors() if hasattr(error.__cause__, "errors") else []
    return str(found[0]["input"]) if found else ""


def _page(command: Any, ctx: Any) -> Iterator[str]:
    """The whole help of a command, folded at the edge of the screen."""
    width = columns(sys.stdout) or NO_SCREEN
    shown = [each for each in command.get_params(ctx) if not getattr(each, "hidden", False)]
    arguments = [(_argument(each), _told(each)) for each in shown if not _is_option(each)]
    options = [(_option(each), _told(each)) for each in shown if _is_option(each)]
    yield from folded(words.usage_line(_usage(command, ctx)), width)
    for line in ["", *(command.help or "").splitlines()]:
        yield from folded(line, width, hang="")
    commands = list(command.summaries(ctx)) if isinstance(command, Group) else []
    for title, rows in ((words.COMMANDS, commands), (words.ARGUMENTS, arguments), (words.OPTIONS, options)):
        if rows:
            yield from ("", title, *_two_columns(rows, width))


def _two_columns(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Names at the left, what is said of them at the right; below a long name, or where the screen is narrow."""
    indent = min(max(cell_len(name) for name, _ in rows), _NAMES_MAX) + 2 * len(_GAP)
    for name, told in rows:
        beside = width >= _NARROW and cell_len(name) + 2 * len(_GAP) <= indent
        if width < _NARROW:
            indent = 2 * len(_GAP)
        pieces = list(folded(told, width - indent, hang=""))
        if beside:
            yield f"{set_cell_size(_GAP + name, indent)}{pieces[0]}".rstrip()
            pieces = pieces[1:]
        else:
            yield from folded(_GAP + name, width)
        yield from (" " * indent + piece for piece in pieces if piece)


def _usage(command: Any, ctx: Any) -> str:
    """What is typed: the command, what it must have, what it may have."""
    shown = [each for each in command.get_params(ctx) if not _is_option(each)]
    pieces = [_argument(each) if each.required else f"[{_argument(each)}]" for each in shown]
    needed = [_option(each) for each in command.get_params(ctx) if _is_option(each) and each.required]
    rest = words.SOME_COMMAND if isinstance(command, Group) else words.SOME_OPTIONS
    return " ".join([ctx.command_path, *pieces, *needed, rest])


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def _name(parameter: Any) -> str:
    """A parameter in a complaint: an option by its names, an argument by its place."""
    return " / ".join(parameter.opts) if _is_option(parameter) else _argument(parameter)


def _argument(parameter: Any) -> str:
    return f"{parameter.metavar or parameter.name.upper()}{'…' if parameter.nargs == -1 else ''}"


def _option(parameter: Any) -> str:
    """All its names, the short ones first, and what is written after it."""
    names = ", ".join(sorted(parameter.opts, key=len))
    return names if parameter.is_flag else f"{names} {parameter.metavar or _kind(parameter)}"


def _told(parameter: Any) -> str:
    """What a parameter is for, with everything else there is to know."""
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    shown = parameter.show_default and default not in (None, False, "", ()) and not callable(default)
    return str(parameter.help or "") + words.remarks(
        **_bounds(parameter),
        default=str(default) if shown else "",
        variable=str(parameter.envvar or ""),
        required=parameter.required,
    )


def _bounds(parameter: Any) -> dict[str, Any]:
    """The words that may be written, or how small and how large a number."""
    choices = parameter.type_descriptor.choices if parameter.type_descriptor.is_choice else ()
    return {
        "choices": [str(getattr(each, "value", each)) for each in choices or ()],
        "least": parameter.min,
        "most": parameter.max,
    }


def _kind(parameter: Any) -> str:
    """What is written: a path, a number, a word, a text."""
    annotation = parameter.type_descriptor.annotation
    kind = next((each for each in get_args(annotation) if isinstance(each, type)), annotation)
    if parameter.type_descriptor.is_choice:
        return words.A_WORD
    if isinstance(kind, type) and issubclass(kind, Path):
        kind = Path
    return words.VALUES.get(getattr(kind, "__name__", ""), words.SOME_TEXT)
