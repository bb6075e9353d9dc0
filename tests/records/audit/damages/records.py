"""What can be done by hand to cases, messages, reversals, the chain and the policies kept with them."""

from mulaid.audit.findings import Check as C

FIRST, LAST, UNDONE, UNDO = (f"where case_id = {{{name}}}" for name in ("m1", "m8", "m2", "m5"))
USAGE = {C.USAGE_SPONSORSHIP, C.USAGE_PURSE}
USED = USAGE | {C.ACCUMULATOR}
COPY = """insert into cases select region, case_id + 1024, kind, person, institution_region, institution, visit, day,
    settled_on, moment, use, total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen, policy, record, lane,
    seq from cases """
A_COPY = {C.CHAIN_CASES, C.CASE_WITHOUT_TRANSFERS} | USED
ASKED = "where message_id = 'm1'"

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "cases.region": {
        "another": (
            f"update cases set region = {{far}} {FIRST}",
            {C.CASE_RECORD, C.CASE_UNCHAINED, C.CHAIN_CASES, C.CASE_WITHOUT_MESSAGE, C.MESSAGE_WITHOUT_CASE}
            | {C.VISIT_MISSING, C.PERSON_MISSING, C.BATCH_WITHOUT_CASE, C.TRANSFER_WITHOUT_CASE, C.BATCH_NOT_MARKED}
            | {C.CASE_TRANSFERS, C.ACCUMULATOR_OPENING, C.ENROLMENT_CHANGED}
            | USED,
        ),
    },
    "cases.case_id": {
        "another": (
            f"update cases set case_id = case_id - 4194304 {FIRST}",
            {C.CHAIN_CASES, C.CASE_WITHOUT_TRANSFERS, C.TRANSFER_WITHOUT_CASE, C.CASE_WITHOUT_MESSAGE}
            | {C.MESSAGE_WITHOUT_CASE, C.BATCH_WITHOUT_CASE},
        ),
        "of another worker": (
            f"update cases set case_id = case_id + 4096 {LAST}",
            {C.CHAIN_CASES, C.CASE_WITHOUT_TRANSFERS, C.TRANSFER_WITHOUT_CASE, C.CASE_WITHOUT_MESSAGE}
            | {C.MESSAGE_WITHOUT_CASE, C.CHAIN_WORKER},
        ),
    },
    "cases.kind": {
        "another act": ("update cases set kind = 'end' where case_id = {bound}", {C.CASE_RECORD}),
        "an act's, of a bill": (
            "alter table cases drop constraint cases_bills; update cases set kind = 'bind' where case_id = {m3}",
            {C.CASE_RECORD, C.CASE_PARTS},
        ),
        "another": (
            f"alter table cases drop constraint cases_signs;update cases set kind = 'reversal' {FIRST}",
            {C.CASE_PARTS, C.CASE_RECORD, C.REVERSAL_NOT_MARKED, C.BATCH_OF_OTHER_CASE},
        ),
    },
    "cases.person": {
        "somebody else": (
            f"update cases set person = {{aunt}} {FIRST}",
            {C.VISIT_CASE, C.CASE_TRANSFERS, C.ACCUMULATOR, C.ACCUMULATOR_OPENING, C.ENROLMENT_CHANGED},
        ),
        "nobody": (
            "update cases set person = 9 where case_id = {m3}",
            {C.PERSON_MISSING, C.ACCUMULATOR, C.ENROLMENT_CHANGED},
        ),
    },
    "cases.institution_region": {
        "another": (
            f"update cases set institution_region = {{far}} {FIRST}",
            {C.CASE_RECORD, C.INSTITUTION_MISSING, C.CASE_WITHOUT_MESSAGE, C.VISIT_CASE},
        ),
    },
    "cases.institution": {
        "another": (
            f"update cases set institution = 'P45060099902' {FIRST}",
            {C.CASE_RECORD, C.CASE_WITHOUT_MESSAGE, C.VISIT_CASE},
        ),
        "none": (
            "update cases set institution = 'H9' where case_id = {m3}",
            {C.CASE_RECORD, C.CASE_WITHOUT_MESSAGE, C.INSTITUTION_MISSING},
        ),
    },
    "cases.visit": {
        "none": (f"update cases set visit = null {FIRST}", {C.VISIT_MISSING, C.BATCH_OF_OTHER_CASE}),
        "another": (
            f"update cases set visit = {{v2}} {FIRST}",
            {C.VISIT_CASE, C.BATCH_OF_OTHER_CASE, C.BATCH_NOT_MARKED},
        ),
    },
    "cases.day": {
        "another": (f"update cases set day = '2026-11-19' {FIRST}", {C.CASE_RECORD, C.VISIT_CASE}),
        "in the future": (
            "update cases set day = '2027-01-01' where case_id = {m3}",
            {C.CASE_RECORD, C.FUTURE},
        ),
    },
    "cases.settled_on": {
        "another": (f"update cases set settled_on = '2026-11-19' {FIRST}", {C.CASE_RECORD, C.MOMENT}),
        "of a reversal": (f"update cases set settled_on = '2026-11-20' {UNDO}", {C.MOMENT}),
    },
    "cases.moment": {
        "another": (f"update cases set moment = moment - interval '1 second' {FIRST}", {C.MOMENT}),
        "of a reversal": (f"update cases set moment = moment + interval '1 second' {UNDO}", {C.MOMENT}),
        "in the future": (
            f"update cases set moment = '2027-12-31 10:30+08' {LAST}",
            {C.MOMENT, C.MOMENT_OF_ID},
        ),
    },
    "cases.use": {"another": (f"update cases set use = 'inpatient' {FIRST}", {C.CASE_RECORD})},
    "cases.policy": {"none": (f"update cases set policy = 'x' {FIRST}", {C.POLICY_MISSING})},
    "cases.record": {
        "lost": (
            f"update cases set record = '' {LAST}",
            {C.RECORD_UNREADABLE, C.CHAIN_HASH, C.ACCUMULATOR_OPENING} | USAGE,
        ),
        "longer": (
            f"update cases set record = record || 'x'::bytea {LAST}",
            {C.RECORD_UNREADABLE, C.CHAIN_HASH, C.ACCUMULATOR_OPENING} | USAGE,
        ),
    },
    "cases.actor": {
        "another": ("update cases set actor = 'c:x' where case_id = {bound}", {C.CASE_RECORD}),
        "of a bill": (
            f"alter table cases drop constraint cases_bills; update cases set actor = 'c:x' {FIRST}",
            {C.CASE_RECORD},
        ),
    },
    "cases.channel": {
        "another": ("update cases set channel = 'phone' where case_id = {ended}", {C.CASE_RECORD}),
        "of a load": ("update cases set channel = 'phone' where kind = 'load' and region = {far}", {C.CASE_RECORD}),
    },
    "cases.lane": {"another": (f"update cases set lane = 161 {FIRST}", {C.CASE_UNCHAINED, C.CHAIN_CASES})},
    "cases.seq": {"another": (f"update cases set seq = 99 {FIRST}", {C.CASE_UNCHAINED, C.CHAIN_CASES})},
    "cases: gone": {
        "": (
            f"delete from cases {LAST}",
            {C.CHAIN_CASES, C.TRANSFER_WITHOUT_CASE, C.MESSAGE_WITHOUT_CASE, C.ACCUMULATOR_OPENING} | USAGE,
        ),
    },
    "cases: made": {
        "settled twice": (COPY + FIRST, A_COPY | {C.SETTLED_TWICE, C.CASE_WITHOUT_MESSAGE}),
        "undone twice": (COPY + UNDO, A_COPY | {C.SECOND_REVERSAL}),
    },
    "message.region": {
        "another": (
            f"update message set region = {{far}} {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.INSTITUTION_MISSING},
        ),
    },
    "message.sender": {
        "another": (
            f"update message set sender = 'P45060099902' {ASKED}",
            {C.CASE_WITHOUT_MESSAGE},
        ),
        "none": (
            f"update message set sender = 'H9' {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.INSTITUTION_MISSING},
        ),
    },
    "message.message_id": {
        "another": (f"update message set message_id = 'm99' {ASKED}", {C.CASE_WITHOUT_MESSAGE}),
        "of an undone one": (
            "update message set message_id = 'm99' where message_id = 'm6'",
            {C.CASE_WITHOUT_MESSAGE},
        ),
        "of the one that undid it": (
            "update message set message_id = 'm99' where message_id = 'm5'",
            {C.MESSAGE_NOT_VOIDED},
        ),
    },
    "message.transaction": {
        "another": (f"update message set transaction = '2102' {ASKED}", {C.MESSAGE_RECORD}),
    },
    "message.content": {
        "another": (
            f"update message set content = decode(repeat('ab', 32), 'hex') {ASKED}",
            {C.MESSAGE_RECORD},
        ),
        "none": (
            f"alter table message drop constraint message_check1; update message set content = null {ASKED}",
            {C.MESSAGE_RECORD},
        ),
    },
    "message.case_region": {
        "another": (
            f"update message set case_region = {{far}} {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.MESSAGE_WITHOUT_CASE},
        ),
    },
    "message.case_id": {
        "none": (
            f"update message set case_id = 9 {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.MESSAGE_WITHOUT_CASE, C.MOMENT_OF_ID},
        ),
        "another's": (
            f"update message set case_id = {{m3}} {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.MESSAGE_TWICE},
        ),
        "unknown": (
            f"update message set case_id = null, case_region = null {ASKED}",
            {C.CASE_WITHOUT_MESSAGE, C.MESSAGE_WITHOUT_CASE},
        ),
    },
    "message.answer": {
        "of a visit": ("update message set answer = 'x' where message_id = 'v1'", {C.MESSAGE_ANSWER}),
        "another visit's": (
            "update message set answer = (select answer from message where message_id = 'v2') where message_id = 'v1'",
            {C.MESSAGE_ANSWER},
        ),
        "of charges": (
            "update message set answer = 'x' where transaction = '2204'",
            {C.MESSAGE_ANSWER},
        ),
        "of an act": ("update message set answer = null where message_id = 'bound'", {C.MESSAGE_ANSWER}),
        "of a bill": (f"update message set answer = 'x' {ASKED}", {C.MESSAGE_ANSWER}),
        "none": ("update message set answer = null where message_id = 'w1'", {C.MESSAGE_WITHOUT_CASE}),
    },
    "message.voided": {
        "though its settlement lives": (f"update message set voided = true {ASKED}", {C.MESSAGE_VOIDED}),
        "no more": ("update message set voided = false where message_id = 'm6'", {C.MESSAGE_NOT_VOIDED}),
    },
    "message.moment": {
        "another": (f"update message set moment = moment - interval '1 second' {ASKED}", {C.MOMENT}),
        "in the future": (
            "update message set moment = '2027-12-31' where message_id = 'm7'",
            {C.MOMENT_AHEAD},
        ),
        "of a visit": (
            "update message set moment = moment - interval '3 days' where message_id = 'v1'",
            {C.MOMENT_OF_ID},
        ),
    },
    "message: gone": {
        "of an act": ("delete from message where message_id = 'bound'", {C.CASE_WITHOUT_MESSAGE}),
        "of a settlement": (f"delete from message {ASKED}", {C.CASE_WITHOUT_MESSAGE}),
        "of an undone settlement": ("delete from message where message_id = 'm2'", {C.CASE_WITHOUT_MESSAGE}),
        "of a visit": ("delete from message where message_id = 'v1'", {C.VISIT_WITHOUT_MESSAGE}),
    },
    "message: made": {
        "a second id": (
            "insert into message select region, sender, 'm99', transaction, content, case_region, case_id, voided,"
            f"moment from message {ASKED}",
            {C.MESSAGE_TWICE},
        ),
    },
    "reversal.region": {
        "another": (
            "update reversal set region = {far} where by_case = {m5}",
            {C.REVERSAL_WITHOUT_CASE, C.REVERSAL_NOT_MARKED},
        ),
    },
    "reversal.undone_case": {
        "another": (
            "update reversal set undone_case = {m1} where by_case = {m5}",
            {C.REVERSAL_NOT_MARKED, C.REVERSAL_DIFFERS, C.BATCH_OF_REVERSED_CASE},
        ),
    },
    "reversal.by_case": {
        "no case": (
            "update reversal set by_case = 9 where by_case = {m5}",
            {C.REVERSAL_WITHOUT_CASE, C.SECOND_REVERSAL},
        ),
    },
    "reversal.moment": {
        "another": ("update reversal set moment = moment - interval '1 second' where by_case = {m5}", {C.MOMENT}),
    },
    "reversal: gone": {"": ("delete from reversal where by_case = {m5}", {C.REVERSAL_NOT_MARKED})},
    "reversal: made": {
        "": (
            "insert into reversal values ({near}, {m3}, 9, '2026-11-21 10:30+08')",
            {C.REVERSAL_WITHOUT_CASE},
        ),
    },
    "chain.region": {
        "another": ("update chain set region = {far} where seq = 3", {C.CHAIN_GAP, C.CASE_UNCHAINED, C.CHAIN_CASES}),
    },
    "chain.lane": {
        "another": ("update chain set lane = 161 where seq = 3", {C.CHAIN_GAP, C.CASE_UNCHAINED}),
    },
    "chain.seq": {
        "another": (
            "update chain set seq = 99 where seq = 2",
            {C.CHAIN_GAP, C.CASE_UNCHAINED, C.MOMENT_BACKWARDS},
        ),
    },
    "chain.hash": {
        "another": (
            "update chain set hash = decode(repeat('ab', 32), 'hex') where seq = 2",
            {C.CHAIN_HASH, C.CHAIN_PREVIOUS},
        ),
        "of the last": (
            "update chain set hash = decode(repeat('ab', 32), 'hex') where seq = 14",
            {C.CHAIN_HASH},
        ),
    },
    "chain.previous": {
        "another": ("update chain set previous = 'x' where seq = 2", {C.CHAIN_HASH, C.CHAIN_PREVIOUS}),
    },
    "chain.first_case": {"another": ("update chain set first_case = 5 where seq = 1", {C.CHAIN_CASES})},
    "chain.n": {"another": ("update chain set n = 3 where seq = 1", {C.CHAIN_CASES})},
    "chain.moment": {
        "another": ("update chain set moment = moment + interval '1 second' where seq = 2", {C.MOMENT}),
        "backwards": (
            "update chain set moment = moment - interval '1 hour' where seq = 2",
            {C.MOMENT, C.MOMENT_BACKWARDS},
        ),
        "in the future": (
            "update chain set moment = '2027-12-31' where seq = 14",
            {C.MOMENT, C.MOMENT_AHEAD},
        ),
    },
    "chain: gone": {"": ("delete from chain where seq = 2", {C.CHAIN_GAP, C.CASE_UNCHAINED})},
    "chain: made": {
        "": (
            "insert into chain select region, lane, 15, hash, hash, 9, 1, moment from chain where seq = 14",
            {C.CHAIN_CASES},
        ),
    },
    "misdated.region": {
        "of another case": ("insert into misdated values ({far}, {m1}, '2026-11-21')", {C.MISDATED}),
    },
    "misdated.case_id": {
        "of no case": ("insert into misdated values ({near}, 9, '2026-11-21')", {C.MISDATED}),
        "of a reversal": ("insert into misdated values ({near}, {m5}, '2026-11-19')", {C.MISDATED}),
    },
    "misdated.found_at": {
        "in the future": (
            "insert into misdated values ({near}, {m1}, '2027-12-31')",
            {C.MISDATED, C.FUTURE} | USAGE,
        ),
    },
    "misdated: made": {
        "of a settlement that bears a day that had come": (
            "insert into misdated values ({near}, {m1}, '2026-11-21')",
            {C.MISDATED} | USAGE,
        ),
    },
    "policy_version.digest": {
        "another": ("update policy_version set digest = 'x'", {C.POLICY_MISSING, C.POLICY_CHANGED}),
    },
    "policy_version.body": {"another": ("update policy_version set body = 'x'", {C.POLICY_CHANGED})},
    "policy_version: gone": {"": ("delete from policy_version", {C.POLICY_MISSING})},
    "policy_version: made": {
        "under another's digest": (
            "insert into policy_version select 'x', body from policy_version",
            {C.POLICY_CHANGED},
        ),
    },
}

UNSEEN = {
    "cases: gone: all of the chain's last links": "that a chain is shorter than it was is for what is kept elsewhere",
    "chain: gone: the last links with their cases": "that a chain is shorter than it was is for what is kept elsewhere",
    "message: gone: of an id that was voided before its message came": "nothing else holds the id",
    "message.content: of a visit": "a visit keeps what was last said of it, not what its first message said",
    "message.answer: another of its kind": "what was answered beside the number stands nowhere else",
    "cases.policy: another that decides alike": "the record does not hold the digest it was decided by",
}
