"""What can be done by hand to people, their identities and covers, and to their purses but for the money."""

from mulaid.audit.findings import Check as C

SON, MOTHER = "where person = {son}", "where person = {mother}"
NOW_IN_FORCE = "where person = {mother} and scheme = 'employee'"

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "identity.blind_index": {
        "a number that is nobody's": (
            f"update identity set blind_index = decode(repeat('ab', 32), 'hex') {SON}",
            {C.IDENTITY_NUMBER},
        ),
        "two people's exchanged": (
            "update identity set person = {son} + {aunt} - person where person in ({son}, {aunt})",
            {C.IDENTITY_NUMBER},
        ),
    },
    "identity.region": {
        "another": (
            f"update identity set region = {{far}} {SON}",
            {C.IDENTITY_WITHOUT_PERSON, C.PERSON_WITHOUT_IDENTITY},
        ),
    },
    "identity.person": {
        "nobody": (
            f"update identity set person = 9 {SON}",
            {C.IDENTITY_WITHOUT_PERSON, C.PERSON_WITHOUT_IDENTITY},
        ),
        "somebody else": (
            f"update identity set person = {{aunt}} {SON}",
            {C.IDENTITY_TWICE, C.PERSON_WITHOUT_IDENTITY},
        ),
    },
    "identity: gone": {"": (f"delete from identity {SON}", {C.PERSON_WITHOUT_IDENTITY})},
    "identity: made": {
        "a second number": (
            "insert into identity values (decode(repeat('ab', 32), 'hex'), {near}, {son})",
            {C.IDENTITY_TWICE},
        ),
    },
    "person.region": {
        "another": (
            f"update person set region = {{far}} {SON}",
            {C.PERSON_MISSING, C.PERSON_WITHOUT_IDENTITY, C.IDENTITY_WITHOUT_PERSON}
            | {C.PERSON_WITHOUT_PURSE, C.PURSE_WITHOUT_PERSON},
        ),
    },
    "person.person": {
        "another": (
            f"update person set person = 9 {SON}",
            {C.PERSON_MISSING, C.PERSON_WITHOUT_IDENTITY, C.IDENTITY_WITHOUT_PERSON}
            | {C.PERSON_WITHOUT_PURSE, C.PURSE_WITHOUT_PERSON},
        ),
        "not minted yet": (
            "update person set person = {aunt} + (1::bigint << 53) where person = {aunt};"
            "update purse set person = {aunt} + (1::bigint << 53) where person = {aunt};"
            "update identity set person = {aunt} + (1::bigint << 53) where person = {aunt};"
            "update enrolment set person = {aunt} + (1::bigint << 53) where person = {aunt};"
            "update sponsorship set sponsor = {aunt} + (1::bigint << 53) where sponsor = {aunt};"
            "update sponsorship set beneficiary = {aunt} + (1::bigint << 53) where beneficiary = {aunt};"
            "update sponsored_by set sponsor = {aunt} + (1::bigint << 53) where sponsor = {aunt};"
            "update sponsored_by set beneficiary = {aunt} + (1::bigint << 53) where beneficiary = {aunt}",
            {C.FUTURE, C.ENROLMENT_CHANGED, C.BALANCE_PURSE, C.TRANSFER_WITHOUT_PURSE},
        ),
    },
    "person.sealed_number": {
        "broken": (f"update person set sealed_number = 'x' {SON}", {C.SEAL_BROKEN}),
        "one byte": (
            "update person set sealed_number = set_byte(sealed_number, 20, 1 + get_byte(sealed_number, 20) % 255) "
            f"{SON}",
            {C.SEAL_BROKEN},
        ),
        "somebody else's": (
            f"update person set sealed_number = (select sealed_number from person where person = {{aunt}}) {SON}",
            {C.IDENTITY_NUMBER, C.PERSON_BORN},
        ),
    },
    "person.sealed_name": {
        "broken": (f"update person set sealed_name = '' {SON}", {C.SEAL_BROKEN}),
        "somebody else's": (
            f"update person set sealed_name = (select sealed_name from person where person = {{aunt}}) {SON}",
            {C.PERSON_NAME},
        ),
    },
    "person.masked_name": {
        "another": (f"update person set masked_name = '李*' {SON}", {C.PERSON_NAME, C.POINTER_NAME})
    },
    "person.sex": {"another": (f"update person set sex = 'f' {SON}", {C.PERSON_SEX})},
    "person.born": {"another": (f"update person set born = born + 1 {SON}", {C.PERSON_BORN})},
    "person.moved_to": {
        "where nobody has come": (f"update person set moved_to = {{far}} {SON}", {C.PERSON_MOVED}),
    },
    "person.suspended_from": {
        "none": (f"update person set suspended_from = null {MOTHER}", {C.PERSON_SUSPENDED}),
    },
    "person.suspended_until": {
        "earlier than the decision": (
            "update person set suspended_until = '2027-01-01' where person = {uncle}",
            {C.PERSON_SUSPENDED},
        ),
        "before it begins": (
            "alter table person drop constraint person_check;"
            f"update person set suspended_until = '2019-01-01' {MOTHER}",
            {C.PERSON_SUSPENDED},
        ),
    },
    "person: gone": {
        "": (f"delete from person {SON}", {C.PERSON_MISSING, C.IDENTITY_WITHOUT_PERSON, C.PURSE_WITHOUT_PERSON}),
        "a patient": (
            f"delete from person {MOTHER}",
            {C.PERSON_MISSING, C.IDENTITY_WITHOUT_PERSON, C.PURSE_WITHOUT_PERSON},
        ),
    },
    "person: made": {
        "": (
            "insert into person select region, 9, sealed_number, sealed_name, masked_name, sex, born from person "
            f"{SON}",
            {C.PERSON_WITHOUT_IDENTITY, C.PERSON_WITHOUT_PURSE},
        ),
        "with an identity and a purse": (
            "insert into person select region, 9, sealed_number, sealed_name, masked_name, sex, born from person "
            f"{SON}; insert into purse (region, person) values ({{near}}, 9);"
            "insert into identity values (decode(repeat('ab', 32), 'hex'), {near}, 9)",
            {C.IDENTITY_NUMBER},
        ),
    },
    "seal_key.check_value": {
        "another key's": ("update seal_key set check_value = decode(repeat('ab', 32), 'hex')", {C.SEAL_KEY}),
    },
    "seal_key: gone": {"": ("delete from seal_key", {C.SEAL_KEY})},
    "enrolment.region": {
        "another": (f"update enrolment set region = {{far}} {MOTHER}", {C.PERSON_MISSING, C.ENROLMENT_CHANGED}),
    },
    "enrolment.person": {
        "nobody": (f"update enrolment set person = 9 {SON}", {C.PERSON_MISSING, C.ENROLMENT_CHANGED}),
    },
    "enrolment.from_day": {
        "in the cover before": (f"update enrolment set from_day = '2011-06-01' {NOW_IN_FORCE}", {C.TWO_COVERS}),
        "after the last bill": (f"update enrolment set from_day = '2026-11-22' {SON}", {C.ENROLMENT_CHANGED}),
    },
    "enrolment.until": {
        "open": ("update enrolment set until = null where until is not null", {C.TWO_COVERS}),
        "before it begins": (
            "alter table enrolment drop constraint enrolment_check;"
            "update enrolment set until = '1998-01-01' where until is not null",
            {C.ENROLMENT_DAYS},
        ),
        "before the last bill": (f"update enrolment set until = '2026-01-01' {SON}", {C.ENROLMENT_CHANGED}),
    },
    "enrolment.scheme": {
        "another": (f"update enrolment set scheme = 'resident' {NOW_IN_FORCE}", {C.ENROLMENT_CHANGED})
    },
    "enrolment.status": {"another": (f"update enrolment set status = 'paused' {SON}", {C.ENROLMENT_CHANGED})},
    "enrolment.tier": {"another": (f"update enrolment set tier = 2 {SON}", {C.ENROLMENT_CHANGED})},
    "enrolment.category": {
        "another": (f"update enrolment set category = 'civil_servant' {SON}", {C.ENROLMENT_CHANGED}),
    },
    "enrolment.assistance": {
        "another": (f"update enrolment set assistance = 'destitute' {NOW_IN_FORCE}", {C.ENROLMENT_CHANGED}),
    },
    "enrolment.retired_on": {
        "another": (f"update enrolment set retired_on = '2014-01-01' {NOW_IN_FORCE}", {C.ENROLMENT_CHANGED}),
        "before birth": ("update enrolment set retired_on = '1950-01-01' where person = {aunt}", {C.ENROLMENT_DAYS}),
    },
    "enrolment.account": {"none": (f"update enrolment set account = false {SON}", {C.ENROLMENT_CHANGED})},
    "enrolment: gone": {"": (f"delete from enrolment {NOW_IN_FORCE}", {C.ENROLMENT_CHANGED})},
    "enrolment: made": {
        "of another scheme": (
            "insert into enrolment (region, person, from_day, scheme, status, account)"
            "values ({near}, {uncle}, '2020-01-01', 'employee', 'active', true)",
            {C.TWO_COVERS},
        ),
        "of the same scheme": (
            "insert into enrolment (region, person, from_day, scheme, status, account)"
            "values ({near}, {uncle}, '2020-01-01', 'resident', 'active', false)",
            {C.ENROLMENT_OVERLAP},
        ),
    },
    "purse.region": {
        "another": (
            f"update purse set region = {{far}} {SON}",
            {C.TRANSFER_WITHOUT_PURSE, C.USAGE_PURSE, C.PERSON_WITHOUT_PURSE, C.PURSE_WITHOUT_PERSON}
            | {C.ENROLMENT_CHANGED},
        ),
    },
    "purse.person": {
        "nobody": (
            f"update purse set person = 9 {SON}",
            {C.TRANSFER_WITHOUT_PURSE, C.USAGE_PURSE, C.PERSON_WITHOUT_PURSE, C.PURSE_WITHOUT_PERSON}
            | {C.ENROLMENT_CHANGED},
        ),
    },
    "purse.moved_to": {"another": (f"update purse set moved_to = {{far}} {SON}", {C.PERSON_MOVED})},
    "purse.activated": {"not": (f"update purse set activated = false {SON}", {C.ENROLMENT_CHANGED})},
    "purse: gone": {
        "": (
            f"delete from purse {SON}",
            {C.TRANSFER_WITHOUT_PURSE, C.USAGE_PURSE, C.PERSON_WITHOUT_PURSE, C.ENROLMENT_CHANGED},
        ),
        "a pool's": ("delete from purse where person = {pool}", {C.POOL, C.TRANSFER_WITHOUT_PURSE}),
    },
    "purse: made": {"nobody's": ("insert into purse (region, person) values ({near}, 9)", {C.PURSE_WITHOUT_PERSON})},
}

UNSEEN = {
    "seal_key.one": "it has one value",
    "seal_key: made": "a second row cannot be: its key has one value",
    "person.sex: of somebody who has no number to read it from": "only the number says it a second time",
    "person.suspended_from: another day": "a load may change it any day, and no other row says when it was",
    "person.suspended_until: another day": "a load may change it any day, and no other row says when it was",
    "person.sealed_name: two people's exchanged with their masked names": "a sealed name does not say whose it is",
    "enrolment.tier: of somebody no settlement has seen": "only the record of a settlement says it a second time",
    "purse.activated: of somebody no settlement has seen": "only the record of a settlement says it a second time",
    "person: made: with number, identity, purse and cover that fit": "a load makes just such rows and keeps no record",
}
