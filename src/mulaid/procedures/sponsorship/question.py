"""The question the rules answer about a relation to make, from what the desk has read."""

import msgspec

from mulaid.procedures.sponsorship.desk import COUNTING, RelationDesk, counts, ended_on
from mulaid.procedures.sponsorship.requests import BindRequest, ProposeRequest
from mulaid.store.arrays import Key
from mulaid.store.rows import Sponsorship
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import Kinship, Mechanism, RelationState
from mulaid.terms.sponsorship_case import Evidence, Party, Relation, SponsorshipCase, Terms


def of_offer(
    desk: RelationDesk, request: BindRequest | ProposeRequest, *, identified: bool, confirmed: bool
) -> SponsorshipCase:
    """Whether the relation that is asked for may be made."""
    terms = Terms(
        rank=request.rank, ranked=request.rank != 1, caps=request.caps, uses=request.uses, until=request.until
    )
    case = _case(desk, request.kinship, request.mechanism, terms, request.brought())
    return msgspec.structs.replace(case, quota=request.quota, identified=identified, confirmed=confirmed)


def of_proposal(desk: RelationDesk, relation: Sponsorship, *, identified: bool) -> SponsorshipCase:
    """Whether a relation that was proposed may be made today."""
    place = desk.place(relation)
    brought = desk.evidence.get(place, set())
    evidence = Evidence.DOCUMENTS if "documents" in brought else Evidence.COMMITMENT if brought else Evidence.NONE
    terms = Terms(rank=relation.rank, caps=caps_of(relation), uses=relation.uses, until=relation.until)
    case = _case(desk, relation.kinship, relation.mechanism, terms, evidence)
    return msgspec.structs.replace(case, quota=desk.quotas.get(place, 0), identified=identified)


def caps_of(relation: Sponsorship) -> Caps:
    """The limits its sponsor has set."""
    return Caps(
        payment=relation.cap_payment,
        day=relation.cap_day,
        month=relation.cap_month,
        year=relation.cap_year,
        scope=relation.cap_scope,
    )


def _case(
    desk: RelationDesk, kinship: Kinship, mechanism: Mechanism, terms: Terms, evidence: Evidence
) -> SponsorshipCase:
    today, money = desk.house.today, desk.house.money[desk.sponsor]
    existing = []
    for each in desk.sponsoring[desk.sponsor]:
        if each.state in COUNTING or each.state is RelationState.ENDED:
            key = each.beneficiary_region, each.beneficiary
            sex = desk.relatives[key].sex if key in desk.relatives else None
            existing.append(
                Relation(kinship=each.kinship, person=f"{key[0]}{key[1]}", sex=sex, ended_on=ended_on(each))
            )
    return SponsorshipCase(
        day=today,
        assuming=desk.law.assuming,
        kinship=kinship,
        sponsor=_party(desk, desk.sponsor),
        beneficiary=_party(desk, desk.beneficiary),
        mechanism=mechanism,
        existing=tuple(existing),
        beneficiary_sponsors=len({key for key, _ in desk.incoming[desk.beneficiary]} - {desk.sponsor}),
        beneficiary_is_sponsor=any(counts(each, today) for each in desk.sponsoring[desk.beneficiary]),
        sponsor_is_beneficiary=bool(desk.incoming[desk.sponsor]),
        terms=terms,
        evidence=evidence,
        documents=evidence is Evidence.DOCUMENTS,
        prior_years=money.prior,
        free=money.free,
    )


def _party(desk: RelationDesk, key: Key) -> Party:
    insured, purse = desk.insured[key], desk.house.money[key]
    return Party(
        scheme=insured.scheme,
        account=insured.account,
        region=key[0],
        person=f"{key[0]}{key[1]}",
        status=insured.status,
        age=desk.age(key),
        born=insured.born,
        sex=insured.sex,
        category=insured.category,
        tier=insured.tier,
        balance=purse.balance,
        activated=purse.activated,
    )
