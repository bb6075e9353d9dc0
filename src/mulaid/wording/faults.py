"""A sentence with the remedy for each request that cannot be carried out as it stands (`procedures.faults.Fault`)."""

from collections import defaultdict
from collections.abc import Mapping

from mulaid.wording.amounts import yuan_text
from mulaid.wording.kinship import scheme_name

_SENTENCES = {
    "UNKNOWN_PERSON": "没有找到这个参保人。请核对人员编号，或先用人员查询取得编号。",
    "UNKNOWN_INSTITUTION": "没有找到这家定点医药机构。请核对机构编号，或先向医保经办机构登记。",
    "UNKNOWN_VISIT": "没有找到这次就诊。请核对就诊编号，或先办理挂号登记。",
    "VISIT_OF_OTHER_INSTITUTION": "这次就诊是别家机构登记的。请使用本机构登记的就诊编号。",
    "VISIT_OF_OTHER_PERSON": "这次就诊不是这个人的。请核对人员编号和就诊编号。",
    "VISIT_HAS_CHARGES": "这次就诊已经有费用明细。请先撤销明细，再撤销挂号。",
    "VISIT_SETTLED": "这次就诊已经结算，结算编号是 {case}。请先撤销结算和明细，再撤销挂号。",
    "VISIT_CLOSED": "这次就诊已经撤销或结束。请重新登记就诊。",
    "UNKNOWN_BATCH": "没有找到这个收费批次。请核对批次号，或先上传费用明细。",
    "NOTHING_UNSETTLED": "这次就诊没有等待结算的费用明细。请先上传明细；已经结算的，请用结算信息查询核对。",
    "BATCH_ALREADY_SETTLED": "这个收费批次已经结算，结算编号是 {case}。要修改请先撤销结算。",
    "BATCH_EXISTS": "这个收费批次已经上传。请换一个批次号，或先撤销这批明细。",
    "LINE_SERIAL_REPEATED": "费用明细的流水号有重复。请给每一行不同的流水号。",
    "LINE_SUM_WRONG": "费用总额和明细合计不相等。请核对明细后重新发送。",
    "AMOUNT_DIFFERS": "报文里的金额和系统按目录算出的不一样。请按费用明细上传返回的金额填写。",
    "FUNDS_NOT_TAKEN": "基金的部分由本系统按政策计算，这家机构的报文不能自己填写。请去掉这一项；"
    "确实由核心系统算好的，请经办机构先登记。",
    "FUNDS_ABOVE_SCOPE": "基金支付的金额超过了政策范围内的金额。请核对后重新发送。",
    "MESSAGE_ID_REUSED": "这个报文编号已经用于另一笔内容不同的交易。请换一个新的报文编号。",
    "MESSAGE_VOIDED": "这个报文编号已经冲正作废。请换一个新的报文编号重新办理。",
    "TRANSACTION_DIFFERS": "原报文办的不是这种交易，是 {transaction}。请按原报文填写原交易编号。",
    "UNKNOWN_CASE": "没有找到这笔结算。请核对结算编号。",
    "CASE_OF_OTHER_INSTITUTION": "这笔结算是别家机构办理的。请到原机构办理。",
    "CASE_OF_OTHER_PERSON": "这笔结算不是这个人的。请核对人员编号和结算编号。",
    "CASE_OF_OTHER_VISIT": "这笔结算不是这次就诊的。请核对就诊编号和结算编号。",
    "CASE_IS_SALE": "这是一笔药店购药，不是就诊的结算。请用药店结算撤销（2103）。",
    "CASE_IS_NO_SALE": "这是一次就诊的结算，不是药店购药。请用门诊结算撤销（2208）。",
    "ALREADY_CANCELLED": "这笔结算已经撤销过。不用再次撤销，钱已经退回。",
    "NOT_CANCELLABLE": "这笔交易不能撤销。请核对编号，或向参保地医保经办机构询问。",
    "PERSON_MOVED": "这个人的医保关系已经转到别的地方。请重新查询人员信息，用新的人员编号办理。",
    "SCHEME_NOT_HELD": "这个人这一天没有参加这种医保。请按人员查询返回的参保信息填写。",
    "SCHEME_DIFFERS": "和就诊登记的医保不同，登记的是{scheme}。请按登记的填写；登记错了，请撤销明细和挂号后重新登记。",
    "CHOICE_UNKNOWN": "选定的出钱人不在可选名单里。请重新预结算，再从返回的序号里选择。",
    "NOT_PERMITTED": "这件事你没有权限办。请由有权限的人来办，或到经办窗口问清楚。",
    "UNKNOWN_TASK": "没有找到这件待复核的事。请核对编号。",
    "TASK_CLOSED": "这件事已经复核过了，不能再改。要改，请重新录入一件。",
    "APPROVER_NEEDED": "自己录入的事不能自己复核。请换一位复核人员。",
    "SUSPENSION_KNOWN": "这份文书已经录入过了。请核对文书号。",
    "SUSPENSION_RUNNING": "这个人还有一份没有到期的暂停决定（{document}）。要变更，请写明代替哪一份文书。",
    "SUSPENSION_RANGE": "暂停的日子不对。处罚的暂停是 3 到 12 个月，要写到哪一天为止；从哪一天起不能早于送达的那一天。",
    "NOTHING_TO_LIFT": "没有找到还在生效的这份暂停决定。请核对文书号。",
    "SAME_PERSON": "出钱的人和用钱的人是同一个人。请核对两人的身份证号码。",
    "ALREADY_BOUND": "这两个人已经绑定了共济关系。不用再绑定。",
    "NOT_BOUND": "这两个人之间没有可以解绑的共济关系。请核对两人的身份证号码。",
    "NOT_A_RELATION": "填的内容成不了共济关系：用额度的要写额度，别的不写，转账不用绑定。请核对后重新提交。",
    "CLOCK_WRONG": "系统的时钟不准，暂时不办业务，这笔交易没有办理。请告知医保经办机构，稍后用同一个报文编号重新发送。",
    "USED_IN_FUTURE": "这一家的账户写着 {day} 用过钱，这一天还没有到，重新发送也办不了。"
    "请医保经办机构运行 mulaid repair clock 改正后再办理。",
    "BUSY": "系统正忙，这笔交易没有办理。请稍后用同一个报文编号重新发送。",
    "NOT_COMMITTED": "这笔交易的结果还没有确认。请用同一个报文编号重新发送，不会重复扣款。",
}


def fault_sentence(code: str, detail: Mapping[str, str]) -> str:
    """The sentence for a fault. Raises `KeyError` for any other code.

    `detail` may hold the amounts `claimed` and `priced`, in fen, of an amount that differs, and as text whatever the
    sentence has in braces.
    """
    scheme = scheme_name(detail["scheme"]) if "scheme" in detail else "另一种医保"
    told = {"day": "某一天", **detail, "scheme": scheme}
    sentence = _SENTENCES[code].format_map(defaultdict(str, told))
    if "claimed" in detail and "priced" in detail:
        claimed, priced = yuan_text(int(detail["claimed"])), yuan_text(int(detail["priced"]))
        sentence += f"报文写的是 {claimed}，系统算出的是 {priced}。"
    return sentence


def is_fault(code: str) -> bool:
    return code in _SENTENCES
