"""Sentences and short names for the interface of hospitals and pharmacies.

A field complaint takes the field as shown by `field_name` and a detail, names the field and says what to do.
"""

from collections.abc import Callable

Sentence = Callable[[str, str], str]


def field_name(label: str, wire: str, line: int | None) -> str:
    """How a complaint shows a field: 第 2 行的单价（pric）."""
    shown = f"{label}（{wire}）" if label and wire else label or wire or "报文"
    return f"第 {line} 行的{shown}" if line else shown


def at_field(field: str, sentence: str) -> str:
    """A refusal with the field it is about in front."""
    return f"{field}：{sentence}"


def more_broken_fields(count: int) -> str:
    return f"另有 {count} 处不对，见答复里的字段扩展。"


def account_row_name() -> str:
    return "个人账户（含家庭共济）"


def institution_row_name() -> str:
    return "医疗机构负担"


def missing(field: str, detail: str = "") -> str:
    return f"缺少{field}。请填写后重新发送。"


def wrong_kind(field: str, detail: str = "") -> str:
    return f"{field}的类型不对。请按接口规范填写文字、数字、对象或列表。"


def too_long(field: str, detail: str) -> str:
    return f"{field}太长，最多 {detail} 个字符。请改短后重新发送。"


def too_deep(field: str, detail: str = "") -> str:
    return f"{field}嵌套的层数太多。请按接口规范的节点填写。"


def control_character(field: str, detail: str = "") -> str:
    return f"{field}里有不能显示的字符。请去掉后重新发送。"


def not_a_number(field: str, detail: str = "") -> str:
    return f"{field}不是数字。请写成 128.50 这样的数，不带逗号、单位或科学记数。"


def negative(field: str, detail: str = "") -> str:
    return f"{field}不能是负数。退费请用撤销交易。"


def too_many_decimals(field: str, detail: str) -> str:
    return f"{field}最多写 {detail} 位小数。请改正后重新发送。"


def too_large(field: str, detail: str = "") -> str:
    return f"{field}太大。请核对数值和单位，金额以元为单位。"


def not_a_time(field: str, detail: str = "") -> str:
    return f"{field}不是有效的时间。请写成 2026-03-02 10:15:00 这样。"


def in_the_future(field: str, detail: str = "") -> str:
    return f"{field}晚于今天。请核对日期和本机时钟。"


def not_one_of(field: str, detail: str) -> str:
    return f"{field}只能是 {detail}。请改正后重新发送。"


def scheme_unknown(field: str, detail: str = "") -> str:
    return f"{field}只能是 310（职工医保）或 390（居民医保）。请按人员查询返回的参保信息填写。"


def care_kind_not_outpatient(field: str, detail: str = "") -> str:
    return f"{field}不是这里能办的门诊类别。门诊请填 11，挂号费 12，急诊 13，慢特病 14。"


def care_kind_not_pharmacy(field: str, detail: str = "") -> str:
    return f"{field}不是购药。药店购药请填 41。"


def only_by_item(field: str, detail: str = "") -> str:
    return f"{field}目前只支持 01（按项目结算）。请改成 01。"


def not_our_number(field: str, detail: str = "") -> str:
    return f"{field}不是本系统给出的编号。请原样使用之前交易返回的编号。"


def nobody_named(field: str, detail: str = "") -> str:
    return f"{field}没有对应的参保人。请核对凭证，让患者重新出示医保码、身份证或社保卡。"


def decoder_silent(field: str, detail: str = "") -> str:
    return f"{field}现在认不出来：医保电子凭证的解码服务没有应答，没有办理。请稍后重试，或者请患者出示身份证、社保卡。"


def voucher_of_a_sandbox() -> str:
    return "这里是试用环境，医保电子凭证由试用的解码服务认出，不是真的凭证。"


def card_code_unreadable(field: str, detail: str = "") -> str:
    return f"{field}不是卡识别码。请填读卡器读出的卡识别码，最多 32 位数字和字母。"


def credential_names_nobody(field: str) -> str:
    """A quote only warns."""
    return f"{field}认不出是谁的，预结算当作患者本人的。正式结算时请出示患者本人的医保码、身份证或社保卡。"


def credential_kind_unknown(field: str, detail: str = "") -> str:
    return f"{field}只能是 01（医保电子凭证）、02（身份证）或 03（社保卡）。请改正后重新发送。"


def other_persons_document(field: str, detail: str = "") -> str:
    return f"{field}和就诊凭证不是同一个人的。请核对后重新发送。"


def class_sums_differ(field: str, detail: str = "") -> str:
    return f"{field}不等于全自费、超限价、先行自付和政策范围内四项之和。请按费用明细上传返回的金额填写。"


def line_sum_differs(field: str, detail: str) -> str:
    return f"{field}和各行明细的合计 {detail} 元不相等。请核对明细后重新发送。"


def line_amount_differs(field: str, detail: str = "") -> str:
    return f"{field}和单价乘数量相差超过 0.01 元。请核对这一行后重新发送。"


def serial_repeated(field: str, detail: str = "") -> str:
    return f"{field}和前面的行重复。请给每一行不同的流水号。"


def no_lines(field: str, detail: str = "") -> str:
    return f"{field}一行也没有。请至少上传一行。"


def too_many(field: str, detail: str) -> str:
    return f"{field}太多，一次最多 {detail} 项。请分成几次发送。"


def one_visit_only(field: str, detail: str = "") -> str:
    return f"{field}和第一行不同。一次上传只能是同一个人的同一次就诊，请分开上传。"


def choices_unusable(field: str, detail: str = "") -> str:
    return f"{field}要写预结算返回的序号，从 1 开始，不能重复。请重新预结算后选择。"


def body_not_json(field: str, detail: str = "") -> str:
    return "报文不是有效的 JSON 对象。请用 UTF-8 编码，检查括号和引号后重新发送。"


def body_not_unpacked(field: str = "", detail: str = "") -> str:
    return "报文是压缩过的，但解不开，没有处理。请用 gzip 压缩完整的报文，或者不压缩。"


def input_not_json(field: str, detail: str = "") -> str:
    return f"{field}不是有效的 JSON 对象。请检查括号和引号后重新发送。"


def extension_not_json(field: str, detail: str = "") -> str:
    return f"{field}以大括号开头但不是有效的 JSON。请检查括号和引号，或者留空。"


def body_too_large(field: str = "", detail: str = "") -> str:
    return "报文超过 1 MB，没有处理。请把费用明细分成几批上传。"


def too_slow(field: str = "", detail: str = "") -> str:
    return "报文没有在规定的时间内发完，没有办理。请检查网络后用同一个报文编号重新发送。"


def head_too_long(field: str = "", detail: str = "") -> str:
    return "请求头太长，没有办理。请按接口规范填写后重新发送。"


def encryption_not_offered(field: str, detail: str = "") -> str:
    return f"{field}要求加密，本机构没有登记 SM4 密钥。请把它留空，用明文发送交易输入，或者先登记密钥。"


def input_not_decrypted(field: str, detail: str = "") -> str:
    return f"{field}用登记的 SM4 密钥解不开。请核对密钥，用 ECB 方式、PKCS7 填充，密文写成 base64。"


def transaction_unknown(field: str, detail: str = "") -> str:
    return f"{field}不是国家接口的交易编号。请核对后重新发送。"


def transaction_not_offered(field: str, detail: str) -> str:
    return f"{field}是“{detail}”，本系统还不能办这种交易。不用重发，请按医保经办机构的安排办理。"


def not_undoable(field: str, detail: str) -> str:
    return f"{field}只能是 {detail}，别的交易不能冲正。请用对应的撤销交易。"


def message_id_of_other(field: str, detail: str = "") -> str:
    return f"{field}用了别家机构的编号开头。请用本机构的编号生成报文编号。"


def credential_refused(field: str, detail: str = "") -> str:
    """`detail`: which part was wrong, in a sandbox only."""
    part = f"试用环境才说明原因：{detail}" if detail else ""
    return f"{field}的身份没有通过验证。请核对编号、访问密钥、签名和本机时钟。{part}"


_UNPROVEN = {
    "unknown_institution": "没有这家机构。",
    "nothing_on_record": "这家机构没有登记凭据，只能从本机调用。",
    "no_credential": "没有带凭据，或者缺了一部分。",
    "wrong_key": "访问密钥、应用编号或令牌不对。",
    "outside_window": "时间戳和服务器的时间相差超过半小时，或者不是时间。",
    "wrong_signature": "签名不对，请核对待签名的文字、先后顺序和密钥。",
    "replayed": "这个签名已经用过一次，请换一个随机数或时间戳重新签名。",
    "token_over": "令牌过期了，请重新获取。",
    "not_decrypted": "密文用登记的密钥解不开。",
    "unreadable_key": "登记的 SM2 公钥不能用，请运维重新装入。",
    "not_installed": "服务器没有安装 SM2，请运维安装 mulaid[sm2]。",
}


def unproven(reason: str) -> str:
    """Which part of a credential was wrong."""
    return _UNPROVEN[reason]


def token_refused(error: str) -> str:
    return {
        "invalid_request": "缺少 grant_type。请用表单发送 grant_type=password、username、password 和 scope。",
        "invalid_client": "客户端编号或密钥不对。请放在 Basic 请求头里发送。",
        "invalid_grant": "用户名或密码不对。请核对后重新获取令牌。",
        "unsupported_grant_type": "grant_type 只能是 password。",
    }[error]


def token_not_now() -> str:
    return "系统正忙，暂时不能发令牌。请稍后再试。"


def line_note(note: str) -> str:
    """The remark on a priced line; empty when there is nothing to say."""
    return {
        "": "",
        "unknown_code": "目录里没有这个编码，按全自费计算。",
        "not_approved": "限制使用的项目没有通过审批，按全自费计算。",
        "rejected": "医院审批不通过，按全自费计算。",
        "self_paid_item": "目录规定为自费项目。",
        "barred": "当地规定这个项目不能用个人账户支付。",
    }[note]


def already_done() -> str:
    return "这笔交易之前已经办过，这里是当时的结果，没有重复扣款。"


def undone_since(reversal: str) -> str:
    return f"这笔交易之前已经办过，后来又撤销了，撤销的结算编号是 {reversal}。要结算请换一个新的报文编号。"


def registered_by_number(visit: str) -> str:
    return f"这位患者已经用这个住院/门诊号登记过，就诊编号是 {visit}。如果是同一次就诊，请撤销这次登记，用原来的编号。"


def registered_that_day(visit: str) -> str:
    return f"这位患者同一天在本机构登记过，就诊编号是 {visit}。如果是同一次就诊，请撤销这次登记，用原来的编号。"


def charged_twice(visit: str) -> str:
    return f"这位患者同一天的另一次就诊（{visit}）里有同样的明细。如果是同一笔费用，请撤销这一批，不要重复结算。"


def quote_changed() -> str:
    return "结算金额和上次预结算不同，请以这次的结果为准，并告诉患者。"


def funds_of_a_sandbox() -> str:
    return "这里是试用环境，基金支付的金额照报文填写，没有按政策计算。正式使用要先登记。"


BENEFIT_OBSTACLES = {
    "COVER_NOT_ACTIVE": "这一天的参保状态不是正常参保，医保基金不付钱。请患者向参保地医保经办机构查询。",
    "NO_PRESCRIPTION": "买药没有处方，医保基金不付钱。",
    "NOT_COVERED": "按当地规定，这一类费用医保基金不付钱。",
    "CEILING": "统筹基金今年已到封顶线，不再付钱。",
    "NO_MONEY": "患者自己的账户里没有可以用的钱，也没有家人可以替他付。",
}
"""Why something would not pay, where no bill has been refused."""


def internal_failure(reference: str) -> str:
    return f"系统出错，结果还不能确定。请用同一个报文编号重新发送，不会重复扣款。查问编号 {reference}。"
