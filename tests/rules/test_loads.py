"""Load files are read whole or refused with the line, the field and a sentence; the examples are among those read."""

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mulaid.gateway.offices import Proof, ProofKind
from mulaid.intake.load_form import (
    CREDENTIAL_NEEDS,
    CredentialForm,
    CredentialKind,
    day_of_birth,
    is_identity_number,
)
from mulaid.intake.load_records import EVERY, load_files
from mulaid.intake.loads import Loads, read_loads
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.terms.codes import Mechanism, Sex
from mulaid.wording.files import fault_sentence
from tests.tidy.tree import ROOT

EXAMPLES = ROOT / "examples"
RESOLVE = Book.load().divisions.resolve

MOTHER, SON, DAUGHTER = "994506195711030021", "994506198205140010", "994506198509220028"


def read(*files: Path) -> Loads:
    return read_loads(files, RESOLVE, lambda *words: None)


def toml(folder: Path, text: str, name: str = "load.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def person(number: str, more: str = "") -> str:
    return f'[[person]]\nnumber = "{number}"\nname = "某人"\nregion = "450603"\n{more}\n'


def relation(sponsor: str, beneficiary: str, more: str = "") -> str:
    ends = f'sponsor = "{sponsor}"\nbeneficiary = "{beneficiary}"'
    return f'[[sponsorship]]\n{ends}\nkinship = "parent"\nbound_on = 2025-06-01\n{more}\n'


def test_the_examples_hold_every_mechanism_and_the_family_of_the_story() -> None:
    loads = read(*load_files([EXAMPLES / "population"]))
    assert {row.form.mechanism for row in loads.sponsorships} == set(Mechanism)
    assert len(loads.people) > 50
    family = [row.form for row in loads.sponsorships if row.form.beneficiary == MOTHER]
    assert [(form.sponsor, form.rank) for form in family] == [(SON, 1), (DAUGHTER, 2)]
    places = {row.region for row in loads.people}
    assert places >= {row.region for row in loads.institutions}
    assert any(not row.form.designated for row in loads.institutions)
    assert {row.form.profile for row in loads.institutions} == {"baseline", "hunan"}


def test_the_worked_file_of_the_docs_is_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "load-format.md").read_text("utf-8")
    [in_toml], [in_json] = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("toml", "json"))
    loads = read(toml(tmp_path, in_toml))
    assert [len(loads.institutions), len(loads.people), len(loads.sponsorships), len(loads.items)] == [1, 2, 1, 1]
    [line] = read(toml(tmp_path, in_json, "load.jsonl")).people
    assert (line.form.number, line.form.purse) == (SON, loads.people[0].form.purse)


def test_a_division_is_resolved_and_birth_and_sex_are_read_from_the_number(tmp_path: Path) -> None:
    [row] = read(toml(tmp_path, person(MOTHER))).people
    assert (row.region, row.form.birthday(), row.form.known_sex()) == ("450600", datetime.date(1957, 11, 3), Sex.FEMALE)
    [row] = read(toml(tmp_path, person(MOTHER, 'sex = "m"\nborn = 1957-11-03'))).people
    assert row.form.known_sex() is Sex.MALE


def test_toml_and_json_lines_say_the_same(tmp_path: Path) -> None:
    enrolled = 'enrolments = [{ from = 2006-07-01, scheme = "employee" }]\npurse = { current = "1.00" }'
    one = read(toml(tmp_path, person(SON, enrolled)))
    record = {
        "table": "person",
        "number": SON,
        "name": "某人",
        "region": "450603",
        "enrolments": [{"from": "2006-07-01", "scheme": "employee"}],
        "purse": {"current": "1.00"},
    }
    file = toml(tmp_path, f"\ufeff\n{json.dumps(record)}\n\n", "load.jsonl")
    [other] = read(file).people
    assert other.form == one.people[0].form
    assert (other.origin.file, other.origin.line) == (file, 2)


def test_the_catalogue_comes_as_toml_or_csv(tmp_path: Path) -> None:
    header = "code,name,class,from,upfront_employee,price_limit,restricted,region\n"
    file = toml(
        tmp_path,
        f"\ufeff{header}A1,某药,乙,2026-01-01,5%,12.5,true,450603\n,,,,,,,\nA1,某药,1,2026-01-01,,,,\n",
        "c.csv",
    )
    own, everywhere = read(file).items
    assert (own.region, own.form.grade, own.form.upfront_employee, own.form.price_limit) == (
        "450600",
        2,
        500,
        12_500_000,
    )
    assert own.form.restricted
    assert (everywhere.region, everywhere.form.grade, everywhere.form.price_limit) == ("000000", 1, None)
    assert {row.form.grade for row in read(EXAMPLES / "catalogue.toml").items} == {1, 2, 3}


def test_quotas_set_money_apart(tmp_path: Path) -> None:
    quotas = [f'mechanism = "wallet_quota"\nquota = "{amount}"' for amount in ("300.00", "200.50")]
    relations = relation(SON, MOTHER, quotas[0]) + relation(SON, DAUGHTER, quotas[1])
    moved = relation(DAUGHTER, MOTHER, 'mechanism = "wallet_transfer"\nquota = "80.00"')
    loads = read(toml(tmp_path, person(SON, 'purse = { current = "5.00" }') + relations + moved))
    assert [(each.number, each.current, each.frozen, each.wallet) for each in loads.purses] == [
        (SON, 500, 50_050, None),
        (MOTHER, None, None, 8_000),
    ]


def test_long_files_say_how_far_they_are(tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    file = toml(tmp_path, "\n" * (EVERY + 1), "long.ndjson")
    read_loads([file], RESOLVE, lambda *words: said.append(words))
    assert said == [("read", EVERY, EVERY + 1)]


def test_a_folder_is_every_load_file_below_it(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.toml", "c.csv", "readme.md"):
        toml(tmp_path, "", name)
    assert [file.name for file in load_files([tmp_path])] == ["a.toml", "b.jsonl", "c.csv"]


def test_check_characters() -> None:
    example_of_the_standard = "110105" + "19491231" + "002X"
    assert is_identity_number(MOTHER) and is_identity_number(example_of_the_standard)
    assert day_of_birth(MOTHER) == datetime.date(1957, 11, 3)
    for wrong in (
        MOTHER[:-1] + "2",
        MOTHER[:-1],
        MOTHER + "1",
        "x" * 18,
        "",
        example_of_the_standard.lower(),
        "９" * 18,
    ):
        assert not is_identity_number(wrong), wrong
    ends = [f"9901011950133100{at}" for at in range(10, 100)]
    assert not any(is_identity_number(f"{end[:17]}{check}") for end in ends for check in "0123456789X")


def test_the_words_for_credentials_are_those_of_the_door() -> None:
    assert [kind.value for kind in CredentialKind] == [kind.value for kind in ProofKind]
    assert CredentialForm.__struct_fields__ == Proof.__struct_fields__
    assert set(CREDENTIAL_NEEDS) == set(CredentialKind)


POOL = 'mechanism = "pool"\nquota = '
INSTITUTION = '[[institution]]\ncode = "H45060099901"\nregion = "450600"\nname = "某医院"\n'
ITEM = '[[item]]\ncode = "A1"\nname = "某药"\nclass = "甲"\nfrom = 2026-01-01\n'

BROKEN: list[tuple[str, str, int, str]] = [
    (person(MOTHER[:-1] + "2"), "bad_identity_number", 2, "number"),
    (person(MOTHER, "born = 1957-11-04"), "born_differs", 5, "born"),
    (person(MOTHER, "age = 3"), "invalid", 1, "person[1]"),
    (person(MOTHER) + person(SON) + person(MOTHER), "written_twice", 12, "number"),
    (person(MOTHER).replace("450603", "990100"), "unknown_division", 4, "region"),
    (person(MOTHER).replace("某人", r"某\n人"), "not_printable", 3, "name"),
    (person(MOTHER, "suspended_until = 2026-01-01"), "missing", 5, "suspended_until"),
    (person(MOTHER, "suspended_from = 2026-01-01\nsuspended_until = 2026-01-01"), "day_order", 6, "suspended_until"),
    (person(MOTHER, 'purse = { current = "1.5" }'), "not_money", 5, "purse.current"),
    (person(MOTHER, 'purse = { current = "-1.50" }'), "not_money", 5, "purse.current"),
    (person(MOTHER, "purse = { current = 1.50 }"), "not_money", 5, "purse.current"),
    (person(MOTHER, 'purse = { frozen = "1.00" }'), "frozen_differs", 5, "purse.frozen"),
    (
        person(MOTHER, 'purse = { wallet = "1.00" }')
        + relation(SON, MOTHER, 'mechanism = "wallet_transfer"\nquota = "1.01"'),
        "wallet_too_small",
        5,
        "purse.wallet",
    ),
    (
        person(MOTHER, 'enrolments = [{ from = 2026-01-02, until = 2026-01-02, scheme = "resident" }]'),
        "day_order",
        5,
        "enrolments[1].until",
    ),
    (
        person(MOTHER, 'enrolments = [{ from = 2026-01-02, scheme = "employee", retired_on = 1950-01-01 }]'),
        "day_order",
        5,
        "enrolments[1].retired_on",
    ),
    (
        person(MOTHER, 'enrolments = [{ from = 2026-01-02, scheme = "x" }]'),
        "invalid",
        5,
        "enrolments[1].scheme",
    ),
    (
        person(
            MOTHER,
            'enrolments = [{ from = 2026-01-02, scheme = "employee" }, '
            '{ from = 2020-01-01, until = 2026-01-03, scheme = "employee" }]',
        ),
        "enrolments_overlap",
        5,
        "enrolments",
    ),
    (
        person(
            MOTHER,
            'enrolments = [{ from = 2026-01-02, scheme = "resident" }, { from = 2026-01-02, scheme = "employee" }]',
        ),
        "enrolments_same_day",
        5,
        "enrolments",
    ),
    (relation(SON, SON), "sponsor_of_oneself", 3, "beneficiary"),
    (relation(SON, "1"), "bad_identity_number", 3, "beneficiary"),
    (relation(SON, MOTHER) + relation(SON, MOTHER), "written_twice", 11, "bound_on"),
    (relation(SON, MOTHER).replace("parent", "aunt"), "invalid", 4, "kinship"),
    (relation(SON, MOTHER, "until = 2025-05-31"), "day_order", 6, "until"),
    (relation(SON, MOTHER, "effective_on = 2025-05-31"), "day_order", 6, "effective_on"),
    (relation(SON, MOTHER, "uses = []"), "empty", 6, "uses"),
    (relation(SON, MOTHER, 'quota = "1.00"'), "quota_without_wallet", 6, "quota"),
    (relation(SON, MOTHER, POOL + '"1.00"') + relation(SON, DAUGHTER, POOL + '"2.00"'), "pool_differs", 14, "quota"),
    (INSTITUTION + INSTITUTION, "written_twice", 6, "code"),
    (INSTITUTION.replace("H", "h"), "bad_institution_code", 2, "code"),
    (INSTITUTION + 'credential = { kind = "api_key", key = "k" }', "empty_secret", 5, "credential.secret"),
    (
        INSTITUTION + 'credential = { kind = "oauth", key = "k", secret = "s" }',
        "empty_secret",
        5,
        "credential.username",
    ),
    (INSTITUTION + 'credential = { kind = "sm2" }', "empty_secret", 5, "credential.public_key"),
    (INSTITUTION + 'credential = { kind = "sm2", public_key = "00ff" }', "not_a_key", 5, "credential.public_key"),
    (
        INSTITUTION + f'credential = {{ kind = "sm2", public_key = "{"0f" * 64}", own_private_key = "{"0f" * 32}" }}',
        "empty_secret",
        5,
        "credential.own_public_key",
    ),
    (
        INSTITUTION + f'credential = {{ kind = "wrapper", key = "k", secret = "s", public_key = "{"0f" * 64}" }}',
        "short_app_id",
        5,
        "credential.key",
    ),
    (INSTITUTION + 'credential = { kind = "password" }', "invalid", 5, "credential.kind"),
    (INSTITUTION + "level = 4", "invalid", 5, "level"),
    (ITEM.replace("甲", "丁"), "not_a_class", 4, "class"),
    (ITEM + 'upfront_employee = "101%"', "not_a_percentage", 6, "upfront_employee"),
    (ITEM + "price_limit = 12.5", "not_a_price", 6, "price_limit"),
    (ITEM + 'price_limit = "-1"', "not_a_price", 6, "price_limit"),
    (ITEM + ITEM, "written_twice", 7, "code"),
    ('[[people]]\nname = "x"', "unknown_table", 1, "people"),
    ('[person]\nname = "x"', "not_an_array_of_tables", 1, "person"),
    ("[[person]", "not_toml", 1, ""),
]


@pytest.mark.parametrize(("text", "reason", "line", "field"), BROKEN)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, reason: str, line: int, field: str) -> None:
    file = toml(tmp_path, text)
    with pytest.raises(Fault) as refused:
        read(file)
    fault = refused.value
    assert (fault.file, fault.reason, fault.line) == (file, reason, line)
    assert fault.field.endswith(field)
    sentence = fault_sentence(fault)
    assert sentence.startswith(f"{file} 第 {line} 行") and sentence.endswith("。")
    assert "有错误" not in sentence and "{" not in sentence and MOTHER not in sentence


JSON_PERSON = {"table": "person", "number": MOTHER, "name": "某人", "region": "450603"}
BROKEN_LINES: list[tuple[str, str, str]] = [
    ('{"table": "person"', "not_json", ""),
    ("[]", "invalid", ""),
    ('{"number": "1"}', "invalid", ""),
    ('{"table": "people"}', "unknown_table", "table"),
    (json.dumps(JSON_PERSON | {"born": "1957-13-01"}), "invalid", "born"),
    (json.dumps(JSON_PERSON | {"purse": {"current": 1.5}}), "not_money", "purse.current"),
    (json.dumps(JSON_PERSON | {"name": "\u0000"}), "not_printable", "name"),
    (json.dumps(JSON_PERSON | {"enrolments": [{"from": "2026-01-01"}]}), "invalid", "enrolments[1]"),
    (json.dumps({"table": "item", "code": "A1", "name": "x", "class": "甲"}), "invalid", ""),
]


@pytest.mark.parametrize(("line", "reason", "field"), BROKEN_LINES)
def test_a_broken_line_is_named(tmp_path: Path, line: str, reason: str, field: str) -> None:
    file = toml(tmp_path, f"{json.dumps(JSON_PERSON | {'number': SON})}\n\n{line}\n", "load.jsonl")
    with pytest.raises(Fault) as refused:
        read(file)
    assert (refused.value.reason, refused.value.line, refused.value.field) == (reason, 3, field)
    assert "有错误" not in fault_sentence(refused.value)


def test_the_same_person_in_two_files_is_refused_with_both_lines(tmp_path: Path) -> None:
    first, second = toml(tmp_path, person(MOTHER), "a.toml"), toml(tmp_path, "\n" + person(MOTHER), "b.toml")
    with pytest.raises(Fault) as refused:
        read(first, second)
    assert (refused.value.file, refused.value.line, refused.value.detail) == (second, 3, f"{first}:1")


@pytest.mark.parametrize(
    ("name", "write", "reason"),
    [
        ("load.xlsx", lambda file: file.write_text("", encoding="utf-8"), "unknown_suffix"),
        ("load.toml", lambda file: None, "unreadable"),
        ("load.jsonl", lambda file: file.write_bytes(b'{"table": "\xff"}'), "not_utf8"),
        ("load.csv", lambda file: file.write_text("code,name\nA,B,C\n", encoding="utf-8"), "too_many_cells"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, write: Callable[[Path], object], reason: str) -> None:
    write(tmp_path / name)
    with pytest.raises(Fault) as refused:
        read(tmp_path / name)
    assert refused.value.reason == reason
    assert "有错误" not in fault_sentence(refused.value)
