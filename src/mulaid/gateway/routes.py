"""Which handler answers which transaction. A variants mean the same as the plain ones."""

from mulaid.gateway import enquiries, fees_door, registration, settling
from mulaid.gateway.call import Handler

ROUTES: dict[str, Handler] = {
    "1101": registration.look_up_person,
    "2001": registration.check_benefit,
    "2101": settling.quote_sale,
    "2102": settling.settle_sale,
    "2103": settling.cancel,
    "2201": registration.register_visit,
    "2202": registration.withdraw_visit,
    "2203": registration.describe_visit,
    "2204": fees_door.upload,
    "2205": fees_door.remove,
    "2206": settling.quote_visit,
    "2207": settling.settle_visit,
    "2208": settling.cancel,
    "2601": settling.void,
    "5203": enquiries.find_settlement,
    "9001": registration.sign_in,
    "9002": registration.sign_out,
}


def plain(infno: str) -> str:
    """The transaction a variant stands for: 2207A is 2207."""
    return infno[:-1] if infno.endswith("A") and infno[:-1] in ROUTES else infno
