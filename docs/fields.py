"""The message reference: every field of every transaction from its typed struct, and one whole call each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Meta
from tables import table
from transactions import INPUTS

from mulaid.gateway import labels, national
from mulaid.gateway.amounts import Amount, Moment, Price, Quantity

VALID = Path(__file__).resolve().parent.parent / "tests" / "messages" / "valid"
KINDS: dict[Any, str] = {Amount: "N16,2", Quantity: "N16,4", Price: "N16,6", Moment: "T"}
VALUES = {
    "acct_used_flag": "个人账户：看方言",
    "hosp_appr_flag": "`0` 不用审批，`1` 通过，`2` 不通过",
    "insutype": "`310` 职工，`390` 居民",
    "mdtrt_cert_type": "`01` 医保电子凭证，`02` 身份证，`03` 社保卡",
    "med_type": "`11` 门诊，`12` 挂号，`13` 急诊，`14` 慢特病，`41` 购药，还有方言里的",
    "oinfno": "`2102` `2207`",
    "psn_setlway": "`01` 按项目",
    "rx_circ_flag": "`1` 外购处方",
}
"""What may stand in a field that has a list."""


def transactions() -> str:
    """A section for each transaction."""
    return "\n\n".join(_section(number, kind) for number, kind in INPUTS.items())


def _section(number: str, kind: type[msgspec.Struct]) -> str:
    rows = [row for node in msgspec.structs.fields(kind) for row in _rows(node)]
    fields = table(("节点", "字段", "名称", "类型", "必须", "可以写的"), rows)
    file = next(iter(sorted(VALID.glob(f"{number}-*.json"))))
    call = json.loads(file.read_text("utf-8"))
    answer = (VALID / "answers" / file.name).read_text("utf-8").rstrip("\n")
    asked = json.dumps(call, ensure_ascii=False, indent=2)
    return (
        f"## {number} {national.name(number)}\n\n{fields}\n\n"
        f"一次完整的请求：\n\n```json\n{asked}\n```\n\n它的答复里的 `output`：\n\n```json\n{answer}\n```"
    )


def _rows(node: Any) -> Iterator[tuple[str, ...]]:
    listed = get_origin(node.type) is tuple
    inner = get_args(node.type)[0] if listed else node.type
    for at, field in enumerate(msgspec.structs.fields(inner)):
        named = f"`{node.encode_name}`{'，列表' if listed else ''}" if at == 0 else ""
        name = field.encode_name
        must = "是" if field.required else ""
        yield named, f"`{name}`", labels.label(name), _kind(field.type), must, VALUES.get(name, "")


def _kind(kind: Any) -> str:
    """The type as the interface prints it: C30 is a text of at most 30, N16,2 an amount, T a time."""
    options = [each for each in get_args(kind) if each is not type(None)]
    plain = options[0] if get_origin(kind) is not None and type(None) in get_args(kind) else kind
    if plain in KINDS:
        return KINDS[plain]
    metas = [each for each in getattr(plain, "__metadata__", ()) if isinstance(each, Meta)]
    length = next((each.max_length for each in metas if each.max_length), None)
    if get_args(get_args(plain)[0] if metas else plain):
        return "C4000 或对象"
    return f"C{length}" if length else "C"
