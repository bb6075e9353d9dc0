"""What can be done by hand to money: balances, usage, transfers, years, and the amounts of cases."""

from mulaid.audit.findings import Check as C

SON, NEPHEW, MOTHER = "where person = {son}", "where person = {nephew}", "where person = {mother}"
ALTERED = {C.TRANSFER_RECORD, C.CASE_TRANSFERS}
OF_SON = "where case_id = {m4} and person = {son}"
TURNED = "debit_kind = credit_kind, debit_id = credit_id, credit_kind = debit_kind, credit_id = debit_id"
OUTPATIENT = "where care_group = 'outpatient'"

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "purse.current_fen": {
        "more": (f"update purse set current_fen = current_fen + 1 {SON}", {C.BALANCE_PURSE}),
        "of a purse that nothing has been paid from": (
            "update purse set current_fen = current_fen + 1 where person = {aunt}",
            {C.BALANCE_PURSE},
        ),
        "negative": (
            f"alter table purse drop constraint purse_current_fen_check; update purse set current_fen = -1 {SON}",
            {C.BALANCE_NEGATIVE, C.BALANCE_PURSE},
        ),
    },
    "purse.prior_fen": {"more": (f"update purse set prior_fen = prior_fen + 1 {SON}", {C.BALANCE_PURSE})},
    "purse.frozen_fen": {
        "more": (f"update purse set frozen_fen = frozen_fen + 1 {NEPHEW}", {C.BALANCE_PURSE, C.QUOTA}),
        "where nothing was given": (
            "update purse set frozen_fen = 1 where person = {aunt}",
            {C.QUOTA, C.BALANCE_PURSE},
        ),
    },
    "purse.wallet_fen": {
        "less than was received": (f"update purse set wallet_fen = 1 {MOTHER}", {C.QUOTA, C.BALANCE_PURSE})
    },
    "purse.used_day_fen": {"another": (f"update purse set used_day_fen = 1 {SON}", {C.USAGE_PURSE})},
    "purse.used_month_fen": {"another": (f"update purse set used_month_fen = 1 {SON}", {C.USAGE_PURSE})},
    "purse.used_year_fen": {"another": (f"update purse set used_year_fen = 1 {SON}", {C.USAGE_PURSE})},
    "purse.used_on": {
        "earlier": (f"update purse set used_on = '2026-11-19' {SON}", {C.USAGE_PURSE}),
        "in the future": (
            f"update purse set used_on = '2027-12-31', used_day_fen = 0, used_month_fen = 0, used_year_fen = 0 {SON}",
            {C.FUTURE},
        ),
    },
    "transfer.region": {
        "another": (
            f"update transfer set region = {{far}} {OF_SON}",
            {C.TRANSFER_RECORD, C.BALANCE_PURSE, C.TRANSFER_WITHOUT_PURSE, C.TRANSFER_WITHOUT_CASE},
        ),
    },
    "transfer.case_id": {
        "none": (f"update transfer set case_id = 9 {OF_SON}", ALTERED | {C.TRANSFER_WITHOUT_CASE}),
    },
    "transfer.n": {"another": (f"update transfer set n = n + 30 {OF_SON}", {C.TRANSFER_RECORD})},
    "transfer.debit_kind": {
        "another": (
            f"update transfer set debit_kind = 2 {OF_SON}",
            {C.TRANSFER_RECORD, C.BALANCE_SEQUENCE, C.BALANCE_PURSE},
        ),
    },
    "transfer.debit_id": {"another": (f"update transfer set debit_id = 9 {OF_SON}", {C.TRANSFER_RECORD})},
    "transfer.credit_kind": {"another": (f"update transfer set credit_kind = 10 {OF_SON}", ALTERED)},
    "transfer.credit_id": {"another": (f"update transfer set credit_id = 4 {OF_SON}", {C.TRANSFER_RECORD})},
    "transfer.amount_fen": {
        "more": (f"update transfer set amount_fen = amount_fen + 1 {OF_SON}", ALTERED | {C.BALANCE_SEQUENCE}),
        "turned round": (f"update transfer set {TURNED} {OF_SON}", ALTERED | {C.BALANCE_SEQUENCE}),
        "owed": (
            "update transfer set amount_fen = amount_fen + 1 where case_id = {m4} and debit_kind = 30",
            ALTERED | {C.CLEARING},
        ),
    },
    "transfer.person": {
        "another": (
            f"update transfer set person = {{aunt}} {OF_SON}",
            {C.TRANSFER_RECORD, C.BALANCE_SEQUENCE, C.BALANCE_PURSE, C.BALANCE_OPENING},
        ),
    },
    "transfer.balance_after_fen": {
        "another": (
            f"update transfer set balance_after_fen = 5 {OF_SON}",
            {C.BALANCE_SEQUENCE},
        ),
        "of the last": (
            "update transfer set balance_after_fen = balance_after_fen + 5 where case_id = {m8} and person = {nephew}",
            {C.BALANCE_SEQUENCE},
        ),
    },
    "transfer.moment": {"another": (f"update transfer set moment = moment - interval '1 second' {OF_SON}", {C.MOMENT})},
    "transfer: gone": {
        "an opening": (
            "delete from transfer where debit_kind = 40 and person = {aunt}",
            {C.TRANSFER_RECORD, C.BALANCE_PURSE},
        ),
        "a load's": (
            "delete from transfer where debit_kind = 40 and region = {far}",
            {C.CASE_WITHOUT_TRANSFERS, C.BALANCE_OPENING},
        ),
        "one": (
            "delete from transfer where case_id = {m4} and person = {daughter}",
            ALTERED | {C.CLEARING, C.BALANCE_SEQUENCE},
        ),
        "all of a case": ("delete from transfer where case_id = {m3}", {C.CASE_WITHOUT_TRANSFERS, C.BALANCE_SEQUENCE}),
    },
    "transfer: made": {
        "into the contra account": (
            "insert into transfer values ({near}, {m1}, 9, 1, {aunt}, 70, 0, 5, {aunt}, 995, now())",
            {C.TRANSFER_RECORD, C.CONTRA, C.CASE_TRANSFERS, C.BALANCE_PURSE, C.MOMENT},
        ),
        "from one balance to another": (
            "alter table transfer drop constraint transfer_one_purse;"
            "insert into transfer select region, case_id, 9, 1, {aunt}, 2, {aunt}, 5, {aunt}, 995, moment "
            "from transfer where case_id = {m1} and n = 0",
            {C.TRANSFER_RECORD, C.TRANSFER_PURSES, C.BALANCE_PURSE},
        ),
        "from nowhere": (
            "insert into transfer values ({near}, 9, 0, 10, 0, 20, 3, 5, null, null, now())",
            {C.TRANSFER_WITHOUT_CASE},
        ),
        "of a guest": (
            "insert into transfer values ({far}, 9, 0, 4, {daughter}, 30, {near}, 5, {daughter}, 0, now())",
            {C.TRANSFER_WITHOUT_CASE, C.CLEARING, C.BALANCE_OPENING},
        ),
        "that no record names": (
            "insert into transfer values ({far}, {m1}, 9, 4, {daughter}, 30, {near}, 5, {daughter}, 0, now())",
            {C.TRANSFER_RECORD, C.CLEARING, C.BALANCE_OPENING},
        ),
    },
    "brought_forward.region": {
        "another": ("update brought_forward set region = {far}", {C.BALANCE_PURSE, C.TRANSFER_WITHOUT_PURSE}),
    },
    "brought_forward.person": {
        "another": ("update brought_forward set person = {son}", {C.BALANCE_PURSE, C.BALANCE_OPENING}),
    },
    "brought_forward.current_fen": {
        "more": ("update brought_forward set current_fen = current_fen + 1", {C.BALANCE_OPENING}),
    },
    "brought_forward.prior_fen": {
        "more": ("update brought_forward set prior_fen = prior_fen + 1", {C.BALANCE_PURSE}),
        "less than nothing": (
            "update brought_forward set prior_fen = -1",
            {C.BALANCE_PURSE, C.BALANCE_NEGATIVE},
        ),
    },
    "brought_forward.frozen_fen": {"more": ("update brought_forward set frozen_fen = 1", {C.BALANCE_PURSE})},
    "brought_forward.wallet_fen": {"more": ("update brought_forward set wallet_fen = 1", {C.BALANCE_PURSE})},
    "brought_forward: gone": {"": ("delete from brought_forward", {C.BALANCE_PURSE})},
    "brought_forward: made": {
        "of somebody whose money came by transfers": (
            "insert into brought_forward values ({near}, {son}, 1, 0, 0, 0)",
            {C.BALANCE_OPENING},
        ),
        "of nobody": ("insert into brought_forward values ({near}, 9, 1, 0, 0, 0)", {C.TRANSFER_WITHOUT_PURSE}),
    },
    "accumulator.region": {
        "another": (
            f"update accumulator set region = {{far}} {OUTPATIENT}",
            {C.ACCUMULATOR, C.ACCUMULATOR_OPENING, C.PERSON_MISSING},
        ),
    },
    "accumulator.person": {
        "another": (
            f"update accumulator set person = {{aunt}} {OUTPATIENT}",
            {C.ACCUMULATOR, C.ACCUMULATOR_OPENING},
        ),
    },
    "accumulator.benefit_year": {
        "another": (
            f"update accumulator set benefit_year = 2025 {OUTPATIENT}",
            {C.ACCUMULATOR, C.ACCUMULATOR_OPENING},
        ),
        "far ahead": (
            f"update accumulator set benefit_year = 2999 {OUTPATIENT}",
            {C.ACCUMULATOR, C.ACCUMULATOR_OPENING, C.FUTURE},
        ),
    },
    "accumulator.care_group": {
        "another": (
            "delete from accumulator where care_group = 'inpatient';update accumulator set care_group = 'inpatient'",
            {C.ACCUMULATOR},
        ),
    },
    "accumulator.deductible_fen": {
        "more": ("update accumulator set deductible_fen = deductible_fen + 1", {C.ACCUMULATOR})
    },
    "accumulator.in_scope_fen": {"less": ("update accumulator set in_scope_fen = in_scope_fen - 1", {C.ACCUMULATOR})},
    "accumulator.funds_fen": {"more": ("update accumulator set funds_fen = funds_fen + 1", {C.ACCUMULATOR})},
    "accumulator.admissions": {"more": ("update accumulator set admissions = admissions + 1", {C.ACCUMULATOR})},
    "accumulator: gone": {"": ("delete from accumulator", {C.ACCUMULATOR})},
    "accumulator: made": {
        "of a year without bills": (
            "insert into accumulator values ({near}, {mother}, 2024, 'outpatient', 1, 1, 1, 0)",
            {C.ACCUMULATOR_OPENING},
        ),
    },
    "cases.total_fen": {
        "parts without sum": (
            "alter table cases drop constraint cases_parts_sum; update cases set cash_fen = 1 where case_id = {m1}",
            {C.CASE_PARTS, C.CASE_RECORD},
        ),
        "all of it more": (
            "update cases set total_fen = total_fen + 1, cash_fen = cash_fen + 1 where case_id = {m1}",
            {C.CASE_RECORD},
        ),
    },
    "cases.funds_fen": {
        "moved": (
            "update cases set funds_fen = funds_fen - 1, cash_fen = cash_fen + 1 where case_id = {m1}",
            {C.CASE_RECORD, C.CASE_TRANSFERS},
        ),
    },
    "cases.own_fen": {
        "moved": (
            "update cases set own_fen = own_fen - 1, mutual_fen = mutual_fen + 1 where case_id = {m1}",
            {C.CASE_RECORD, C.CASE_TRANSFERS},
        ),
    },
    "cases.mutual_fen": {
        "of a reversal": (
            "update cases set mutual_fen = mutual_fen + 1, cash_fen = -1 where case_id = {m5}",
            {C.REVERSAL_DIFFERS, C.CASE_RECORD, C.CASE_TRANSFERS},
        ),
    },
    "cases.cash_fen": {
        "moved": (
            "update cases set cash_fen = cash_fen + 1, institution_fen = 1, total_fen = total_fen + 2 "
            "where case_id = {m1}",
            {C.CASE_RECORD},
        ),
    },
    "cases.institution_fen": {
        "moved": (
            "update cases set institution_fen = 1, mutual_fen = mutual_fen - 1 where case_id = {m1}",
            {C.CASE_RECORD, C.CASE_TRANSFERS},
        ),
    },
}

UNSEEN = {
    "purse.wallet_fen: more than was received, with its transfer": "a wallet may have held money when it was opened",
}
