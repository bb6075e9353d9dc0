"""First swipes, where a region asks for a second: the patient and the place are known, and the moment has come."""

import datetime

from mulaid.audit.findings import Check, Report, finding
from mulaid.audit.institutions import Register
from mulaid.audit.moments import day_ahead
from mulaid.audit.scratch import Connection, batches
from mulaid.terms.calendar import CHINA

SWIPES = """
select s.person, s.institution, s.moment, p.person is not null as known
from first_swipe s left join person p on p.region = $1 and p.person = s.person
where s.region = $1 order by s.person, s.institution
"""


async def check_region(
    connection: Connection, region: int, register: Register, now: datetime.datetime, report: Report
) -> None:
    """Every first swipe of a region's patients. The institution may be of any region."""
    async for rows in batches(connection, SWIPES, region):
        report.count("swipes", len(rows))
        places = await register.places(row["institution"] for row in rows)
        for row in rows:
            where: dict[str, object] = {"person": row["person"], "institution": row["institution"]}
            if not row["known"]:
                report.take([finding(Check.PERSON_MISSING, region, where)])
            if places[row["institution"]] is None:
                report.take([finding(Check.INSTITUTION_MISSING, region, where)])
            report.take(day_ahead(region, where, "moment", row["moment"].astimezone(CHINA).date(), now))
