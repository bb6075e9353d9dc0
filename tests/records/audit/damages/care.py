"""What can be done by hand to institutions, visits, charges, first swipes and the catalogue."""

from mulaid.audit.findings import Check as C

HOSPITAL = "where institution = 'H45060099901'"
FIRST = "where visit = {v1}"
SETTLED = "where visit = {v1} and batch = 'b1'"
OPEN = "where visit = {v1} and batch = 'b2'"
MOVED = {C.VISIT_MISSING, C.MESSAGE_WITHOUT_CASE, C.VISIT_WITHOUT_MESSAGE}

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "institution.region": {
        "another": (f"update institution set region = {{far}} {HOSPITAL}", {C.INSTITUTION_MISSING}),
    },
    "institution.institution": {
        "another": (f"update institution set institution = 'H1' {HOSPITAL}", {C.INSTITUTION_MISSING}),
    },
    "institution.kind": {
        "another": (f"update institution set kind = 'pharmacy' {HOSPITAL}", {C.INSTITUTION_CHANGED}),
    },
    "institution.level": {"another": (f"update institution set level = 1 {HOSPITAL}", {C.INSTITUTION_CHANGED})},
    "institution.designated": {
        "not": (f"update institution set designated = false {HOSPITAL}", {C.INSTITUTION_CHANGED}),
    },
    "institution.wallet_ready": {
        "not": (f"update institution set wallet_ready = false {HOSPITAL}", {C.INSTITUTION_CHANGED}),
    },
    "institution.auth": {
        "broken": (f"update institution set auth = 'x' {HOSPITAL}", {C.SEAL_BROKEN}),
        "sealed, and no credential": (
            f"update institution set auth = (select sealed_name from person where person = {{son}}) {HOSPITAL}",
            {C.CREDENTIAL},
        ),
    },
    "institution: gone": {"": (f"delete from institution {HOSPITAL}", {C.INSTITUTION_MISSING})},
    "visit.region": {"another": (f"update visit set region = {{far}} {FIRST}", MOVED | {C.PERSON_MISSING})},
    "visit.visit": {"another": (f"update visit set visit = 9 {FIRST}", MOVED)},
    "visit.person": {
        "somebody else": (f"update visit set person = {{aunt}} {FIRST}", {C.VISIT_CASE}),
        "nobody": (f"update visit set person = 9 {FIRST}", {C.VISIT_CASE, C.PERSON_MISSING}),
    },
    "visit.institution_region": {
        "another": (f"update visit set institution_region = {{far}} {FIRST}", {C.INSTITUTION_MISSING, C.VISIT_CASE}),
    },
    "visit.institution": {
        "another": (f"update visit set institution = 'P45060099902' {FIRST}", {C.VISIT_CASE}),
        "none": (f"update visit set institution = 'H9' {FIRST}", {C.INSTITUTION_MISSING, C.VISIT_CASE}),
    },
    "visit.scheme": {"another": (f"update visit set scheme = 'resident' {FIRST}", {C.VISIT_CASE})},
    "visit.begun": {
        "another day": (f"update visit set begun = begun - interval '3 days' {FIRST}", {C.VISIT_CASE}),
        "in the future": ("update visit set begun = '2027-06-01' where visit = {v2}", {C.FUTURE}),
    },
    "visit.state": {"withdrawn": (f"update visit set state = 'withdrawn' {FIRST}", {C.VISIT_WITHDRAWN})},
    "visit.details": {"broken": (f"update visit set details = 'x' {FIRST}", {C.VISIT_DETAILS})},
    "visit: gone": {"": (f"delete from visit {FIRST}", {C.VISIT_MISSING, C.MESSAGE_WITHOUT_CASE})},
    "visit: made": {
        "": (
            "insert into visit (region, visit, person, institution_region, institution, use, begun, number)"
            "values ({near}, 9, {mother}, {near}, 'H45060099901', 'outpatient', '2026-11-20', 'Z')",
            {C.VISIT_WITHOUT_MESSAGE},
        ),
    },
    "charge_batch.region": {
        "another": (
            f"update charge_batch set region = {{far}} {SETTLED}",
            {C.VISIT_MISSING, C.BATCH_NOT_MARKED, C.BATCH_WITHOUT_CASE},
        ),
    },
    "charge_batch.visit": {
        "another": (
            f"update charge_batch set visit = 9 {SETTLED}",
            {C.VISIT_MISSING, C.BATCH_NOT_MARKED, C.BATCH_OF_OTHER_CASE},
        ),
        "of a visit that was withdrawn": (
            f"update charge_batch set visit = {{v2}} {OPEN}",
            {C.VISIT_WITHDRAWN},
        ),
    },
    "charge_batch.batch": {
        "another": (
            f"update charge_batch set batch = 'c' {SETTLED}",
            {C.BATCH_NOT_MARKED, C.BATCH_OF_OTHER_CASE},
        ),
    },
    "charge_batch.total_fen": {
        "of a settled one": (
            f"update charge_batch set total_fen = total_fen + 1, excluded_fen = excluded_fen + 1 {SETTLED}",
            {C.BATCH_RECORD, C.BATCH_LINES},
        ),
        "of one of two that were settled together": (
            "update charge_batch set total_fen = total_fen + 1, excluded_fen = excluded_fen + 1 "
            "where visit = {v3} and batch = 'c1'",
            {C.BATCH_RECORD, C.BATCH_LINES},
        ),
        "of an open one": (
            f"update charge_batch set total_fen = total_fen - 1, in_scope_fen = in_scope_fen - 1 {OPEN}",
            {C.BATCH_LINES},
        ),
    },
    "charge_batch.in_scope_fen": {
        "moved": (
            f"update charge_batch set in_scope_fen = in_scope_fen + 1, excluded_fen = excluded_fen - 1 {SETTLED}",
            {C.BATCH_RECORD, C.BATCH_LINES},
        ),
    },
    "charge_batch.upfront_share_fen": {
        "moved": (
            "update charge_batch set upfront_share_fen = upfront_share_fen - 1, in_scope_fen = in_scope_fen + 1 "
            f"{SETTLED}",
            {C.BATCH_RECORD, C.BATCH_LINES},
        ),
    },
    "charge_batch.over_price_limit_fen": {
        "moved": (
            "update charge_batch set over_price_limit_fen = over_price_limit_fen - 1, in_scope_fen = in_scope_fen + 1 "
            f"{SETTLED}",
            {C.BATCH_RECORD, C.BATCH_LINES},
        ),
    },
    "charge_batch.excluded_fen": {
        "moved": (
            f"update charge_batch set excluded_fen = excluded_fen + 1, in_scope_fen = in_scope_fen - 1 {OPEN}",
            {C.BATCH_LINES},
        ),
    },
    "charge_batch.barred_fen": {
        "more": (f"update charge_batch set barred_fen = 1 {SETTLED}", {C.BATCH_RECORD, C.BATCH_LINES}),
    },
    "charge_batch.lines": {
        "broken": (f"update charge_batch set lines = 'x' {SETTLED}", {C.BATCH_LINES}),
        "none": (f"update charge_batch set lines = '' {OPEN}", {C.BATCH_LINES}),
        "another batch's": (
            f"update charge_batch set lines = (select lines from charge_batch {OPEN}) {SETTLED}",
            {C.BATCH_LINES},
        ),
        "a code the catalogue never had": (
            f"update charge_batch set lines = replace(encode(lines, 'escape'), 'X0003', 'X0008')::bytea {OPEN}",
            {C.ITEM_MISSING},
        ),
        "a code that is priced otherwise": (
            f"update charge_batch set lines = replace(encode(lines, 'escape'), 'X0003', 'X0002')::bytea {OPEN}",
            {C.ITEM_CHANGED},
        ),
    },
    "charge_batch.settled_by": {
        "no case": (f"update charge_batch set settled_by = 9 {SETTLED}", {C.BATCH_WITHOUT_CASE}),
        "another case": (f"update charge_batch set settled_by = {{m3}} {SETTLED}", {C.BATCH_OF_OTHER_CASE}),
        "of one of two that were settled together": (
            "update charge_batch set settled_by = null where visit = {v3} and batch = 'c2'",
            {C.BATCH_NOT_MARKED},
        ),
        "an undone case": (f"update charge_batch set settled_by = {{m2}} {SETTLED}", {C.BATCH_OF_REVERSED_CASE}),
        "none": (f"update charge_batch set settled_by = null {SETTLED}", {C.BATCH_NOT_MARKED}),
        "of an open one": (f"update charge_batch set settled_by = {{m1}} {OPEN}", {C.BATCH_OF_OTHER_CASE}),
    },
    "charge_batch: gone": {"a settled one": (f"delete from charge_batch {SETTLED}", {C.BATCH_NOT_MARKED})},
    "charge_batch: made": {
        "of no visit": (
            f"insert into charge_batch select region, 9, batch, 0, 0, 0, 0, 0, 0, '\\x90' from charge_batch {OPEN}",
            {C.VISIT_MISSING},
        ),
    },
    "first_swipe.region": {"another": ("update first_swipe set region = {far}", {C.PERSON_MISSING})},
    "first_swipe.person": {"nobody": ("update first_swipe set person = 9", {C.PERSON_MISSING})},
    "first_swipe.institution": {"none": ("update first_swipe set institution = 'H9'", {C.INSTITUTION_MISSING})},
    "first_swipe.moment": {"in the future": ("update first_swipe set moment = '2027-01-01'", {C.FUTURE})},
    "first_swipe: made": {
        "of nobody": (
            "insert into first_swipe values ({near}, 9, 'H45060099901', '2026-11-20')",
            {C.PERSON_MISSING},
        ),
    },
    "catalogue.region": {
        "another": ("update catalogue set region = {third} where code = 'X0001'", {C.ITEM_MISSING}),
    },
    "catalogue.code": {"another": ("update catalogue set code = 'X' where code = 'X0001'", {C.ITEM_MISSING})},
    "catalogue.from_day": {
        "in the future": ("update catalogue set from_day = '2027-01-01' where code = 'X0001'", {C.ITEM_MISSING}),
    },
    "catalogue.item_class": {
        "another": ("update catalogue set item_class = 2 where code = 'X0001'", {C.ITEM_CHANGED}),
    },
    "catalogue.upfront_employee_bp": {
        "another": ("update catalogue set upfront_employee_bp = 500 where code = 'X0002'", {C.ITEM_CHANGED}),
    },
    "catalogue.price_limit_micro": {
        "none": ("update catalogue set price_limit_micro = null where code = 'X0002'", {C.ITEM_CHANGED}),
    },
    "catalogue.restricted": {
        "it is": ("update catalogue set restricted = true where code = 'X0001'", {C.ITEM_CHANGED}),
    },
    "catalogue.barred": {"it is": ("update catalogue set barred = true where code = 'X0001'", {C.ITEM_CHANGED})},
    "catalogue.fee_kind": {
        "another": ("update catalogue set fee_kind = '01' where code = 'X0001'", {C.ITEM_CHANGED}),
    },
    "catalogue: gone": {"": ("delete from catalogue where code = 'X0001'", {C.ITEM_MISSING})},
}

UNSEEN = {
    "institution.name": "no other row holds it",
    "institution.funds_given": "an operator may change it any day; bills that made use of it are listed (FUNDS_GIVEN)",
    "region_setting.region": "an operator may change it any day; bills that made use of it are listed (FUNDS_GIVEN)",
    "region_setting.funds_given": "an operator may change it any day; bills that made use of it are listed",
    "region_setting: gone": "an operator may change it any day; bills that made use of it are listed (FUNDS_GIVEN)",
    "region_setting: made": "an operator may change it any day; bills that made use of it are listed (FUNDS_GIVEN)",
    "institution.profile": "no other row holds it; an unknown one is spoken to as the baseline",
    "institution.auth: none, or another institution's": "a credential does not say whose it is",
    "institution: made": "an institution that has sent nothing is named by no other row",
    "visit.use": "a hospital may say it anew as long as the visit is open, and each bill brings its own",
    "visit.scheme: none": "a visit of before has none, and goes by the cover that began last",
    "visit.begun: another hour": "only the day is asked for, and only the day stands in a case",
    "visit.ended": "nothing sets it yet, and no other row holds it",
    "visit.number": "no other row holds it",
    "visit.state: closed": "nothing closes a visit yet, and nothing would follow from it",
    "visit.details: other ones": "a hospital may describe a visit again, and such a message leaves no digest",
    "charge_batch.lines: a code that is priced alike": "the digest of the message that brought the lines is not kept",
    "charge_batch: gone: an open one": "a hospital may remove it, which leaves nothing behind",
    "charge_batch: made: of an open visit, with lines that fit": "the message that brings charges is not kept",
    "first_swipe: gone": "a second swipe uses it up, which leaves nothing behind",
    "first_swipe.moment: another": "no other row holds it",
    "catalogue.name": "no other row holds it",
    "catalogue.upfront_resident_bp": "a line holds the one ratio it was priced by; found once a resident was charged",
    "catalogue.from_day: another that has begun": "lines do not hold the day they were priced for",
    "catalogue: made": "an item that priced nothing is named by no other row",
}
