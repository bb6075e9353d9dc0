"""Bills whose funds' part came with their message: by whom and how much, and never more than was in scope.

Nothing is wrong with them where the operator allows it. But the fund pays there what somebody outside has computed, and
no replay can check it; so they are listed.
"""

from collections.abc import Iterator

import msgspec

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.terms.money import yuan


class Given(msgspec.Struct):
    """What one institution has given. The amount is what is left after what was undone."""

    cases: int = 0
    undone: int = 0
    amount: int = 0


Tally = dict[tuple[str, str], Given]
"""By institution, and what allowed it to (empty: the record does not say)."""


def check_page(page: Page, tally: Tally) -> Iterator[Finding]:
    """Count the bills of a page, and find those with more than was in scope."""
    for case in page.cases:
        number, region = case["case_id"], page.region
        record = page.read.get(number)
        if record is None or record.case.funds_given is None:
            continue
        amount, in_scope = record.case.funds_given, record.case.bill.in_scope
        given = tally.setdefault((case["institution"], record.funds_by or ""), Given())
        if record.undone is not None:
            given.undone += 1
            given.amount -= amount
            continue
        given.cases += 1
        given.amount += amount
        if amount > in_scope:
            yield finding(Check.FUNDS_ABOVE_SCOPE, region, {"case": number}, yuan(in_scope), yuan(amount))


def tell(region: int, tally: Tally, report: Report) -> None:
    """List what was counted in a region."""
    for (institution, allowed_by), given in sorted(tally.items()):
        where = {"institution": institution, "funds_by": allowed_by, "cases": given.cases, "undone": given.undone}
        report.take([finding(Check.FUNDS_GIVEN, region, where, found=yuan(given.amount))])
        report.count("funds_given", given.cases)
