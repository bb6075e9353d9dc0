"""What is wrong in a policy, case or load file, and how to put it right."""

import re

from mulaid.located import Fault

_KINDS = {
    "int": "整数",
    "str": "带引号的文字",
    "bool": "true 或 false",
    "float": "小数",
    "array": "列表",
    "object": "表",
    "null": "空值",
    "date": "日期",
    "datetime": "日期和时间",
    "time": "时间",
}

_INVALID = (
    (r"Expected `(?P<kind>[^`]+)`, got `(?P<got>[^`]+)`", "要的是{kind}，写的是{got}"),
    (r"Object missing required field `(?P<word>[^`]+)`", "少了 {word} 这一项"),
    (r"Object contains unknown field `(?P<word>.*)`", "不认识 {word} 这一项"),
    (r"Invalid enum value (?P<word>.+)", "{word} 不是可以写的词"),
    (r"Expected `str` matching regex '\^\[0-9\]\{6\}\$'", "要写六位数字"),
    (r"Expected `str` matching regex '\\\\S'", "不能空着"),
    (r"Expected `str` of length >= 1", "不能空着"),
    (r"Integer value out of range", "这个数太大了"),
    (r"Expected `(?P<kind>[^`]+)`", "要的是{kind}"),
    (r"Expected `int` >= (?P<word>-?[0-9]+)", "不能小于 {word}"),
    (r"Expected `int` <= (?P<word>-?[0-9]+)", "不能大于 {word}"),
    (r"Invalid (?:RFC3339 encoded )?(?P<kind>date|datetime|time)", "这不是一个{kind}"),
    (r"'[a-z]+' object has no attribute 'items'", "要的是表"),
    (r"expected string or bytes-like object.*", "金额和比例要加引号"),
)
"""How the reader of values puts it, and how we do."""

_TOML = (
    (r"Unclosed (?:array|inline table).*", "括号没有写完"),
    (r"Unterminated string|Expected \"'+\".*|Unexpected end of (?:string|document).*", "引号没有写完"),
    (r"Expected '=' after a key.*", "名字后面少了等号"),
    (r"Expected newline or end of document.*", "一行里写了两样东西，或者少了引号"),
    (r"Invalid value.*", "等号后面的内容写得不对，文字要加引号"),
    (r"Invalid statement.*|Invalid initial character for a key part.*", "这不是一个名字"),
    (r"Invalid date or datetime.*", "没有这个日期"),
    (
        r"Cannot overwrite a value.*|Duplicate inline table key.*|Cannot declare .*|Cannot mutate .*",
        "同一个名字写了两次",
    ),
    (r"Expected '\]\]?' at the end.*", "方括号没有写完"),
    (r"Found invalid character.*|Illegal character.*", "有不能写在这里的字符"),
    (r"Unescaped '\\\\'.*|Invalid hex value.*|Escaped character.*", "反斜杠后面写得不对，路径里的反斜杠请写两个"),
)
"""How `tomllib` puts it, and how we do."""

_JSON = (
    (r".*truncated.*|.*unexpected end.*", "这一行没有写完"),
    (r".*trailing characters.*", "一行里写了两样东西"),
    (r".*recursion.*", "括号套得太深"),
)
_CSV = (
    (r"field larger than field limit.*", "有一格太长，可能少了一个引号"),
    (r"new-line character.*", "换行的写法不对，请另存为“CSV UTF-8（逗号分隔）”"),
)

_SENTENCES: dict[str, tuple[str, str]] = {
    "no_such_file": ("没有这个文件或文件夹", "请看路径写得对不对"),
    "unreadable": ("打不开这个文件", "请看路径写得对不对、有没有读的权限"),
    "not_a_file": ("这不是普通的文件，可能是文件夹、管道或设备", "请先存成文件"),
    "file_too_large": ("文件超过了 {detail} MB", "请分成几个文件；人员和目录很多时请用 JSON Lines（.jsonl）或 CSV"),
    "line_too_long": ("这一行超过了 {detail} MB", "请核对有没有少换行"),
    "too_deep": ("括号套得太深，超过了 {detail} 层", "请照格式说明改好"),
    "number_too_large": ("这个数太大了", "请核对多写了哪几位"),
    "not_printable": ("有看不见的控制字符 {detail}", "请删掉这几个字，重新输入一遍"),
    "formula": ("开头的“{detail}”会被表格软件当成公式", "请去掉它"),
    "far_day": ("日期太早或太晚：{detail}", "请写 1900 年到 2199 年之间的日期；没有止期就不写这一项"),
    "nothing_to_load": ("这个文件夹里没有可以装入的文件", "请放进 .toml、.jsonl、.ndjson 或 .csv 文件，或改正路径"),
    "text_too_long": ("超过了 {detail} 个字", "请改短"),
    "empty_secret": ("凭据的密钥没有写全：{detail}", '请写上；不用凭据的写 kind = "none"'),
    "not_a_key": ("{detail} 不是密钥", "请写十六进制或 base64：公钥 64 或 65 字节，私钥 32 字节，SM4 密钥 16 字节"),
    "short_app_id": ("应用编号太短", "wrapper 的应用编号（key）至少 {detail} 个字符"),
    "not_ascii": ("密钥里有英文字母、数字和符号以外的字符", "请核对发给机构的密钥"),
    "column_repeated": ("表头里 {detail} 写了两次", "请只留一列"),
    "no_cases": ("这里没有找到案例", "请给案例文件，或放着案例文件的文件夹；写法见 mulaid case new"),
    "no_bills": ("这里没有找到单子", "请给写了 [[case]] 的案例文件"),
    "not_built_yet": ("这种步骤“{detail}”还没有做", "请先用 docs/stories.md 里列出的步骤"),
    "no_such_folder": ("没有这个文件夹", "请看路径写得对不对"),
    "not_utf8": ("文件不是 UTF-8 编码", "请用 UTF-8 另存一次"),
    "not_toml": ("不是正确的 TOML：{detail}", "请改正这一行的写法，常见的是少了引号或等号"),
    "not_json": ("不是正确的 JSON：{detail}", "请改正这一行的写法，常见的是少了引号或逗号"),
    "bad_line": ("这一行读不懂：{detail}", "请对照其他行改好"),
    "invalid": ("{detail}", "请照格式说明改好"),
    "missing": ("少了 {detail} 这一项", "请把它补上"),
    "empty": ("这里是空的：{detail}", "请填上内容"),
    "unknown_key": ("不认识 {detail} 这一项", "请看有没有写错字，不需要就删掉"),
    "unknown_rule": ("没有 {detail} 这条规则", "请照规则清单里的名字写"),
    "unknown_table": ("不认识 {detail} 这张表", "请照格式说明里的表名写"),
    "not_an_array_of_tables": ("{detail} 要用双方括号写", "请写成 [[{detail}]]"),
    "not_a_choice": ("{detail}", "请从可以写的词里选"),
    "not_a_day": ("这不是一个日期：{detail}", "请写成 2026-01-20 这样，不加引号"),
    "not_a_flag": ("要写 true 或 false，写的是 {detail}", "请改成其中一个，不加引号"),
    "not_a_count": ("要写不小于 0 的整数，写的是 {detail}", "请改成整数，不加引号"),
    "not_money": ("金额读不懂：{detail}", '请写成 "128.50" 这样：加引号，单位是元，两位小数，不能是负数'),
    "negative": ("金额不能是负数：{detail}", "请改成 0.00 或更大的数"),
    "not_a_month_day": ("这不是一个月日：{detail}", '请写成 "07-01" 这样'),
    "not_an_hour": ("这不是一个时刻：{detail}", '请写成 "22:00" 这样'),
    "not_a_list": ("要写一个列表，写的是 {detail}", "请用方括号括起来"),
    "not_a_table": ("要写一张表，写的是 {detail}", "请用花括号括起来"),
    "not_an_order": ("要把每个词各写一次，写的是 {detail}", "请把缺的补上、多的删掉"),
    "repeated": ("有词写了两次：{detail}", "请各留一个"),
    "unknown_source": ("没有 {detail} 这个来源", "请先在 sources 文件夹里写上它，或改成已有的来源"),
    "source_repeated": ("来源 {detail} 写了两次", "请只留一处"),
    "region_repeated": ("地区 {detail} 已经有一个文件", "请把两个文件并成一个"),
    "amends_nothing": (
        "没有 {detail} 这个地区的文件可以补充",
        "请核对六位代码；还没有文件的地区，请写一个完整的地区文件",
    ),
    "day_repeated": ("同一条规则有两项都从 {detail} 开始", "请改日期，或只留一项"),
    "value_of_nobody": (
        "来源 {detail} 是本系统自己，不能给出值",
        "请换成有来源的值；没有来源就写 unknown，能先用的办法写在 assume 里",
    ),
    "only_of_unknown": ("只有不知道的规则才写 {detail}", "知道就写 value，把 candidates、assume、because、risk 删掉"),
    "never_assumed": ("{detail} 不许由本系统暂定", "请删掉 assume；几种说法都知道的，写在 candidates 里"),
    "value_or_unknown": ("{detail} 的 value 和 unknown 只能写一个", "知道就写 value，不知道就写 unknown 说明原因"),
    "maybe_needs_both": ("{detail} 写了 maybe，却没有同时写 value 和 unknown", "请把这两项都写上，或删掉 maybe"),
    "maybe_needs_a_set": ("{detail} 的值不是一组词，不能写 maybe", "请删掉 maybe"),
    "bad_row": ("第 {detail}", "请改好这一行的写法"),
    "row_says_nothing": ("第 {detail} 行没有说清一个数", "金额、比例、分段、unknown 里要写一个，也只能写一个"),
    "credit_not_whole": ("第 {detail} 行没有写全", "比例要写 of，金额要写 per；year 只和比例一起写，less 不能比金额大"),
    "band_says_nothing": ("第 {detail} 行有一段没有说清比例", "每一段写 ratio 或 unknown，只写一个"),
    "bands_not_rising": ("第 {detail} 行的分段没有从小到大", "请把 upto 从小到大排好，只有最后一段不写"),
    "bands_not_open": ("第 {detail} 行的最后一段有上限", "请在后面再加一段，不写 upto"),
    "name_repeated": ("名字用了两次：{detail}", "请换一个名字"),
    "unknown_sponsor_name": ("没有叫 {detail} 的出钱人", "请照 sponsors 里的 name 写"),
    "sum_wrong": ("金额加起来对不上：{detail}", "请把各项金额改到相等"),
    "too_large": ("这个数比 {detail} 还大", "请改小，或把 {detail} 改大"),
    "unknown_division": ("没有 {detail} 这个医保区划", "请写六位数字的医保区划代码"),
    "refused_with_other_keys": ("写了 refused，就不能再写别的结果", "请只留 refused，或把它删掉"),
    "dangling_reference": ("找不到它指的那一条：{detail}", "请先写上那一条，或改成已有的"),
    "bad_identity_number": ("身份证号码不对", "请核对十八位数字，最后一位是校验码"),
    "day_order": ("日期前后颠倒了：{detail}", "请把早的写在前面，晚的写在后面"),
    "unknown_suffix": ("不认识 {detail} 这种文件", "请用 .toml、.jsonl、.ndjson 或 .csv"),
    "too_many_cells": ("这一行的格子比表头多", "请核对逗号，内容里有逗号的要加引号"),
    "written_twice": ("这一条前面已经写过，在 {detail}", "请只留一条"),
    "not_a_class": ("没有 {detail} 这一类", "请写甲、乙、丙"),
    "not_a_percentage": ("比例读不懂：{detail}", '请写成 "5%" 这样，不超过 100%'),
    "not_a_price": ("单价读不懂：{detail}", '请写成 "12.50" 这样：加引号，单位是元，最多六位小数'),
    "bad_institution_code": ("机构编号不对：{detail}", "请写最多十二位的大写字母和数字"),
    "born_differs": ("出生日期和身份证号码里的不一样", "请核对，或删掉 born"),
    "age_and_born": ("age 和 born 只能写一个", "知道出生日期就写 born，把 age 删掉"),
    "enrolments_overlap": ("从 {detail} 起的参保和同一种医保前面的一段重叠", "请给前面一段写上 until"),
    "enrolments_same_day": ("有两段参保都从 {detail} 起", "请把其中一段的 from 写晚一天"),
    "sponsor_of_oneself": ("出钱的人和用钱的人是同一个人", "请核对身份证号码"),
    "quota_without_wallet": ("这种共济方式没有额度", "请删掉 quota，或把 mechanism 改成医保钱包或家庭共济池"),
    "pool_differs": ("同一个家庭共济池前面写的是 {detail} 元", "请把同一个人的池写成一样的金额"),
    "frozen_differs": ("冻结的钱和给出的额度合计不相等，额度合计是 {detail} 元", "请改到相等，或删掉 frozen"),
    "wallet_too_small": ("钱包里的钱比收到的转账少，收到的合计是 {detail} 元", "请改大，或删掉 wallet"),
    "registered_elsewhere": ("已经登记在 {detail}", "请改成那个区划；参保地变了要办转移，不能靠装入"),
    "purse_in_use": ("{detail} 的账户已经有过收支，不能改开户金额", "请写回原来的金额；要调整余额请到经办窗口办理"),
    "quota_needs_purse": ("{detail} 的额度变了，文件里没有写账户金额", "请在同一次装入里写上这个人的 purse"),
}


_LONGEST_DETAIL, _LONGEST_SENTENCE = 60, 300
"""So many characters of what somebody wrote are repeated, and so many of a whole complaint."""


def fault_sentence(fault: Fault) -> str:
    """Where the fault is, what is wrong and how to put it right. A reason without a sentence is named with detail."""
    file = visible(str(fault.file))
    place = f"{file} 第 {fault.line} 行" if fault.line else file
    case = f" 案例“{visible(fault.case, _LONGEST_DETAIL)}”" if fault.case else ""
    wrong, remedy = fault_sentences(fault)
    return f"{place}{case}{' ' if fault.field else '：'}{wrong}{remedy}"


def fault_sentences(fault: Fault) -> tuple[str, str]:
    """What is wrong, with its field, and how to put it right."""
    detail = visible(_details(fault.reason, fault.detail), _LONGEST_SENTENCE)
    if fault.reason in _SENTENCES:
        wrong, remedy = (part.format(detail=detail) for part in _SENTENCES[fault.reason])
        wrong = wrong.removesuffix("：")
    else:
        wrong, remedy = f"有错误 {fault.reason} {detail}".rstrip(), "请照格式说明改好"
    field = f"字段 {visible(fault.field, _LONGEST_DETAIL)}：" if fault.field else ""
    return f"{field}{wrong}。", f"{remedy}。"


def visible(text: str, longest: int = 1_000) -> str:
    """A text of somebody else's as it may be shown: hidden characters by their numbers, what is too long cut."""
    shown = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text[: longest + 1])
    return shown if len(text) <= longest else f"{shown[:longest]}……"


def _details(reason: str, detail: str) -> str:
    """The detail as people read it: the readers' English put into Chinese, a choice told from what was written."""
    match reason:
        case "invalid":
            return _invalid(detail)
        case "bad_row":
            number, _, text = detail.partition(": ")
            return f"{number} 行读不懂：{_invalid(text)}"
        case "not_a_choice":
            written, _, known = detail.rpartition(" / ")
            choices = f"可以写的有 {'、'.join(known.split())}"
            return f"{visible(written, _LONGEST_DETAIL)} 不能写在这里，{choices}" if written else choices
        case "not_toml":
            return _translated(_TOML, detail.partition(" (at ")[0])
        case "not_json":
            byte = re.search(r"\(byte ([0-9]+)\)", detail)
            place = f"第 {int(byte[1]) + 1} 个字节" if byte else ""
            return place + _translated(_JSON, detail)
        case "bad_line":
            return _translated(_CSV, detail)
    return visible(detail, _LONGEST_DETAIL)


def _translated(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((sentence for pattern, sentence in table if re.fullmatch(pattern, text, re.DOTALL)), "写法不对")


def _invalid(text: str) -> str:
    complaint, _, pointer = text.partition(" - at `")
    for pattern, sentence in _INVALID:
        if match := re.fullmatch(pattern, complaint, re.DOTALL):
            words = {
                name: _kinds(word) if name in ("kind", "got") else visible(word, _LONGEST_DETAIL) or "没有名字的"
                for name, word in match.groupdict().items()
            }
            complaint = sentence.format(**words)
            break
    field = pointer.rstrip("`").removeprefix("$").lstrip(".")
    return f"{field} {complaint}" if field else complaint


def _kinds(kinds: str) -> str:
    return "或".join(_KINDS.get(kind.strip(), kind.strip()) for kind in kinds.split("|"))
