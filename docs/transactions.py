"""The transactions of the national interface that are offered, for the generated documents."""

import msgspec

from mulaid.gateway.messages import fees, person, pharmacy, query, settlement, sign_in, undo, visit

INPUTS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "1101": ("人员基本信息获取", person.PersonInput),
    "2001": ("人员待遇享受检查", person.BenefitInput),
    "2101": ("药店预结算", pharmacy.PharmacyInput),
    "2102": ("药店结算", pharmacy.PharmacyInput),
    "2103": ("药店结算撤销", undo.CancelInput),
    "2201": ("门诊挂号", visit.RegistrationInput),
    "2202": ("门诊挂号撤销", visit.WithdrawalInput),
    "2203": ("门诊就诊信息上传", visit.VisitInput),
    "2204": ("门诊费用明细信息上传", fees.FeesInput),
    "2205": ("门诊费用明细信息撤销", fees.RemovalInput),
    "2206": ("门诊预结算", settlement.BillInput),
    "2207": ("门诊结算", settlement.BillInput),
    "2208": ("门诊结算撤销", undo.CancelInput),
    "2601": ("冲正交易", undo.VoidInput),
    "5203": ("结算信息查询", query.SettlementQueryInput),
    "9001": ("签到", sign_in.SignInInput),
    "9002": ("签退", sign_in.SignOutInput),
}
"""The official name of each transaction offered, and the struct its handler reads."""
