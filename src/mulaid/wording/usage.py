"""The frame around every command's help, and what is said when a command is typed wrong."""

from collections.abc import Iterable, Sequence

ARGUMENTS, OPTIONS, COMMANDS = "参数：", "选项：", "命令："
SOME_OPTIONS, SOME_COMMAND = "[选项]…", "命令 …"
CANCELLED = "已取消，什么也没有做。"

VALUES = {"Path": "路径", "int": "整数", "float": "数", "date": "日期"}
"""What is written after an option, by the type of its value."""
A_WORD, SOME_TEXT = "词", "文字"

_OPTIONS = {
    "--help": "显示这份说明",
    "--version": "显示版本",
    "--install-completion": "让终端按 Tab 补全命令和选项，装进现在用的 shell",
    "--show-completion": "只显示补全用的脚本，自己装",
}


def option_help(names: Iterable[str], told: str) -> str:
    """What an option is for: its own words, or ours for those that come with the frame."""
    return next((_OPTIONS[name] for name in names if name in _OPTIONS), told)


def usage_line(typed: str) -> str:
    return f"用法：{typed}"


def remarks(
    *,
    choices: Sequence[str] = (),
    least: float | None = None,
    most: float | None = None,
    default: str = "",
    variable: str = "",
    required: bool = False,
) -> str:
    """What else is to be known of an argument or option, in brackets; empty when there is nothing."""
    told = [f"可以写 {'、'.join(choices)}"] if choices else []
    told += [_bounds(least, most)] if least is not None or most is not None else []
    told += [f"不写就是 {default}"] if default else []
    told += [f"也可以用环境变量 {variable} 设定"] if variable else []
    told += ["必须写"] if required else []
    return f"（{'；'.join(told)}）" if told else ""


def ask_for_help(command: str) -> str:
    return f"想看说明，请运行：{command} --help"


def no_such_command(typed: str, near: Sequence[str]) -> str:
    return f"没有“{typed}”这个命令。{_meant(near)}"


def no_command(command: str) -> str:
    return f"{command} 后面还要写一个命令。"


def no_such_option(typed: str, near: Sequence[str]) -> str:
    return f"没有 {typed} 这个选项。{_meant(near)}"


def missing(name: str, *, option: bool) -> str:
    return f"少了{'选项' if option else '参数'} {name}。"


def needs_a_value(option: str) -> str:
    return f"选项 {option} 后面要写内容。"


def takes_no_value(option: str) -> str:
    return f"选项 {option} 后面不能写内容。"


def too_much(typed: str) -> str:
    return f"多写了“{typed}”，不知道是做什么的。"


def bad_value(name: str, typed: str, wanted: str) -> str:
    """A value of the wrong kind. `typed` may be empty when it is not known any more."""
    gap = " " if wanted[0].isascii() else ""
    return f"{name} 不能写{f'“{typed}”' if typed else '成这样'}，要写{gap}{wanted}。"


def wanted_value(
    kind: str, *, choices: Sequence[str] = (), least: float | None = None, most: float | None = None
) -> str:
    """What may be written: one of some words, or a number within bounds."""
    if choices:
        return f"{'、'.join(choices)} 中的一个"
    return f"{_bounds(least, most)} 的{kind}" if least is not None or most is not None else kind


def not_installed(command: str, module: str) -> str:
    """A part of the program that a command needs is not there."""
    return (
        f"{command} 要用到 {module}，这里没有装。用数据库的命令和服务只在 Linux 和 macOS 上运行，"
        "请在那里重新安装：pip install mulaid。decide、case 和 policy 不用它们，在这里也能用。"
    )


def completion_installed(shell: str, file: str) -> str:
    """Where the script went, and from when on it works."""
    return f"{shell} 的补全脚本已写到 {file}。重新打开终端，就能按 Tab 补全。"


def _meant(near: Sequence[str]) -> str:
    return f"是不是 {'、'.join(near)}？" if near else ""


def _bounds(least: float | None, most: float | None) -> str:
    told = [f"不小于 {least:g}"] if least is not None else []
    return "、".join([*told, *([f"不大于 {most:g}"] if most is not None else [])])
