"""Invented families of one city for journeys of their own: somebody in a residents' plan whom a spouse pays for."""

import json
from pathlib import Path
from typing import Any

import msgspec

from mulaid.bench.population import identity_number

REGION = "420106"
HOSPITAL, PHARMACY = "H42010099911", "P42010099912"
_INSTITUTIONS = (
    {
        "table": "institution",
        "code": HOSPITAL,
        "region": REGION,
        "name": "武汉虚构医院",
        "kind": "hospital",
        "level": 1,
    },
    {
        "table": "institution",
        "code": PHARMACY,
        "region": REGION,
        "name": "武汉虚构药店",
        "kind": "pharmacy",
        "level": 0,
    },
)


class Family(msgspec.Struct, frozen=True):
    """Two people who bound each other: `patient` falls ill, `sponsor` has 5,000.00 from earlier years."""

    patient: str
    sponsor: str
    limits: dict[str, str] = {}
    """Caps of the relation as a load file writes them: limit_day and so on."""


def family(number: int, **limits: str) -> Family:
    """The so-and-so-manieth family; no two have anybody in common."""
    return Family(identity_number(2 * number), identity_number(2 * number + 1), limits)


def write(file: Path, families: list[Family]) -> Path:
    """A load file of the institutions and these families."""
    rows: list[dict[str, Any]] = list(_INSTITUTIONS)
    for at, each in enumerate(families):
        rows += [
            _person(each.patient, f"韦{at}", "resident", {}),
            _person(each.sponsor, f"陆{at}", "employee", {"purse": {"current": "0.00", "prior": "5000.00"}}),
            {
                "table": "sponsorship",
                "sponsor": each.sponsor,
                "beneficiary": each.patient,
                "kinship": "spouse",
                "bound_on": "2026-01-20",
                **each.limits,
            },
        ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return file


def _person(number: str, name: str, scheme: str, more: dict[str, Any]) -> dict[str, Any]:
    cover = [{"from": "2010-01-01", "scheme": scheme}]
    return {"table": "person", "number": number, "name": name, "region": REGION, "enrolments": cover, **more}
