"""Institutions: their credentials can be opened, and every row that names one finds it where it says."""

from collections.abc import Iterable, Iterator

import asyncpg
import msgspec

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.scratch import Connection, batches
from mulaid.audit.sealed import Opener

CREDENTIALS = "select institution, auth from institution where region = $1 and auth is not null order by institution"

PLACES = "select institution, region from institution where institution = any($1::text[])"

REMEMBERED_MAX = 200_000
KINDS = frozenset({"none", "hmac_sha1", "tif", "api_key"})


class _Credential(msgspec.Struct):
    kind: str
    key: str = ""
    secret: str = ""


class Register:
    """Where institutions are registered, asked of the database once each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places: dict[str, int | None] = {}

    async def places(self, codes: Iterable[str]) -> dict[str, int | None]:
        """The region of each; None for a code nobody has."""
        asked = set(codes)
        if len(self._places) > REMEMBERED_MAX:
            self._places.clear()
        missing = asked - self._places.keys()
        if missing:
            self._places |= dict.fromkeys(missing)
            self._places |= {row[0]: row[1] for row in await self._connection.fetch(PLACES, sorted(missing))}
        return {code: self._places[code] for code in asked}


def missing(
    region: int, where: dict[str, object], place: int, code: str, places: dict[str, int | None]
) -> Iterator[Finding]:
    """A row that names an institution of `place`, which is registered elsewhere or nowhere."""
    has = places[code]
    if has != place:
        named = {**where, "institution": code}
        yield finding(Check.INSTITUTION_MISSING, region, named, f"{place:06d}", "" if has is None else f"{has:06d}")


async def check_page(page: Page, register: Register) -> list[Finding]:
    """The institutions of a page's bills; other acts have none."""
    bills = [case for case in page.cases if case["institution"] is not None]
    places = await register.places(case["institution"] for case in bills)
    return [
        found
        for case in bills
        for found in missing(
            page.region, {"case": case["case_id"]}, case["institution_region"], case["institution"], places
        )
    ]


async def check_region(connection: Connection, region: int, opener: Opener | None, report: Report) -> None:
    """The credentials of a region's institutions, as far as a key is at hand to open them."""
    async for rows in batches(connection, CREDENTIALS, region):
        report.count("credentials", len(rows))
        if opener is not None:
            report.take(found for row in rows for found in _credential(region, row, opener))


def _credential(region: int, row: asyncpg.Record, opener: Opener) -> Iterator[Finding]:
    where = {"institution": row["institution"]}
    text = opener.text(row["auth"])
    if text is None:
        yield finding(Check.SEAL_BROKEN, region, {**where, "field": "auth"})
        return
    try:
        kind = msgspec.json.decode(text, type=_Credential).kind
    except msgspec.DecodeError:
        kind = ""
    if kind not in KINDS:
        yield finding(Check.CREDENTIAL, region, where, found=kind)
