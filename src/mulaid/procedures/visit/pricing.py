"""Price charge lines by the catalogue of the place of care, as a visit's charges and a pharmacy's sale both are."""

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from mulaid.decide.pricing import price
from mulaid.store import catalogue
from mulaid.store.connect import Connection
from mulaid.terms.charges import Line, PricedLine
from mulaid.terms.codes import Scheme


async def priced(
    connection: Connection, care_region: str, lines: Sequence[Line], scheme: Scheme
) -> tuple[PricedLine, ...]:
    """Lines priced by the catalogue in force there on each line's day, in the order given."""
    codes: dict[datetime.date, set[str]] = {}
    for line in lines:
        codes.setdefault(line.day, set()).add(line.code)
    items = {day: await catalogue.items(connection, care_region, sorted(each), day) for day, each in codes.items()}
    return tuple(price(line, items[line.day].get(line.code), scheme) for line in lines)


def packed(lines: Iterable[PricedLine]) -> bytes:
    """Priced lines as they are kept with a case or a batch."""
    return msgspec.msgpack.encode(tuple(lines))
