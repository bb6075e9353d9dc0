"""Visits over HTTP against a real house: registered, charged, settled and taken back as hospitals do."""

import asyncio

import pytest

from mulaid.store.connect import connect
from tests.journeys.till import BILL, LINES, Change, Hospital, Message

pytestmark = pytest.mark.xdist_group("visits_real")

COVER = """
insert into enrolment (region, person, from_day, scheme, status, account)
values (450600, $1, '2005-01-01', 'employee', 'active', true)
"""


def test_a_person_with_two_covers_is_settled_by_the_one_of_the_visit(till: Hospital) -> None:
    asyncio.run(_execute(till.dsn, COVER, int(till.kept["mother"][6:])))
    schemes = {row["insutype"] for row in till.done("who-is-mother")["insuinfo"]}
    assert schemes == {"310", "390"}

    def under(scheme: str, visit: str = "") -> Change:
        def change(message: Message) -> None:
            node = message["input"].get("data") or message["input"]["feedetail"][0]
            if "insutype" in node or "psn_setlway" in node:
                node["insutype"] = scheme
            for each in message["input"].get("feedetail") or [node]:
                if visit:
                    each["mdtrt_id"] = visit

        return change

    visit = till.done("mother-registers", under("310"))["data"]["mdtrt_id"]
    till.done(LINES, under("310", visit))
    for name in ("mother-quote", BILL):
        till.refuses(name, till.message(name, under("390", visit)), "登记的是职工医保")
    quoted = till.done("mother-quote", under("310", visit))["setlinfo"]
    # The employee's upfront share is smaller than the resident's.
    assert (quoted["insutype"], quoted["inscp_scp_amt"]) == ("310", 729)

    def as_quoted(message: Message) -> None:
        under("310", visit)(message)
        message["input"]["data"].update({name: quoted[name] for name in ("preselfpay_amt", "inscp_scp_amt")})

    assert till.done(BILL, as_quoted)["setlinfo"]["insutype"] == "310"


async def _execute(dsn: str, statement: str, *given: object) -> None:
    opened = await connect(dsn)
    await opened.execute(statement, *given)
    await opened.close()
