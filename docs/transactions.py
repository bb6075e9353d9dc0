"""The transactions of the national interface that are offered, for the generated documents."""

import msgspec

from mulaid.gateway.messages import fees, person, pharmacy, query, settlement, sign_in, undo, visit

INPUTS: dict[str, type[msgspec.Struct]] = {
    "1101": person.PersonInput,
    "2001": person.BenefitInput,
    "2101": pharmacy.PharmacyInput,
    "2102": pharmacy.PharmacyInput,
    "2103": undo.CancelInput,
    "2201": visit.RegistrationInput,
    "2202": visit.WithdrawalInput,
    "2203": visit.VisitInput,
    "2204": fees.FeesInput,
    "2205": fees.RemovalInput,
    "2206": settlement.BillInput,
    "2207": settlement.BillInput,
    "2208": undo.CancelInput,
    "2601": undo.VoidInput,
    "5203": query.SettlementQueryInput,
    "9001": sign_in.SignInInput,
    "9002": sign_in.SignOutInput,
}
"""The struct each handler reads."""
