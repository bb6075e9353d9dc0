"""Which row of an own-plan schedule fits a patient and an institution."""

from collections.abc import Iterable

from mulaid.policy.rows import PRIMARY_LEVEL, AnyRow, Row
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import InstitutionKind


def fitting(rows: Iterable[AnyRow], case: BillCase) -> AnyRow | None:
    """The first row whose conditions all hold; None when the source says nothing about this situation."""
    for row in rows:
        if _fits(row, case):
            return row
    return None


def _fits(row: Row, case: BillCase) -> bool:
    patient, institution = case.patient, case.institution
    if row.retired is not None and row.retired is not patient.retired:
        return False
    if row.retired_by is not None and (patient.retired_on is None or patient.retired_on > row.retired_by):
        return False
    if row.age_from is not None and patient.age < row.age_from:
        return False
    if row.age_below is not None and patient.age >= row.age_below:
        return False
    if row.tier is not None and patient.tier not in row.tier:
        return False
    if row.category is not None and row.category is not patient.category:
        return False
    if row.assistance is not None and row.assistance is not patient.assistance:
        return False
    if row.kind is not None and row.kind is not institution.kind:
        return False
    if row.level is not None:
        community = institution.kind is InstitutionKind.COMMUNITY
        level = min(institution.level, PRIMARY_LEVEL) if community else institution.level
        if level not in row.level:
            return False
    if row.signed is not None and row.signed is not institution.signed:
        return False
    if row.referred is not None and row.referred is not institution.referred:
        return False
    if row.admission is not None and (row.admission == "first") != (case.year.admissions == 0):
        return False
    return row.filing is None or row.filing is case.filing
