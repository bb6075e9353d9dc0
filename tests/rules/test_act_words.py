"""Every act, role, channel and balance has a name that people read."""

import datetime

from mulaid.ledger.journal import PURSE_KINDS
from mulaid.procedures.table import ACTS
from mulaid.terms.actor import Channel, Role
from mulaid.terms.calendar import CHINA
from mulaid.wording import acts as words

MOMENT = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=CHINA)


def test_everything_has_a_name() -> None:
    assert all(words.act_name(act.name) for act in ACTS)
    assert all(words.role_name(role) for role in Role)
    assert all(words.account_name(kind.name) for kind in PURSE_KINDS)


def test_who_did_what() -> None:
    for channel in Channel:
        told = words.done("bind", MOMENT, "clerk", "张经办", channel)
        assert told.startswith("绑定家庭共济。2026年3月2日 09:30，经办 张经办办理（")
