"""Every fault has its sentence, every field a complaint can name has its Chinese name, every code its wire word."""

import inspect
import re

import msgspec
import pytest

from mulaid.gateway import codes, labels, messages, national, refusals
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.messages import fees, person, pharmacy, query, settlement, sign_in, undo, visit
from mulaid.gateway.profile import profile
from mulaid.gateway.routes import ROUTES
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.terms.codes import Category, Fund, Scheme, Use
from mulaid.terms.reasons import BillRefusal
from mulaid.wording import gateway as say
from tests.messages.made import CATALOGUE

CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff].*。")
OPTIONAL = {"psn_name", "mac", "ip", "diag_code", "diag_name"}


@pytest.mark.parametrize("code", [*Fault, *BillRefusal])
def test_every_refusal_has_a_sentence_that_fits(code: str) -> None:
    told = refusals.sentence(Refused(code=code))
    assert CHINESE_SENTENCE.search(told) and len(told) <= 200


def field_sentences() -> list[say.Sentence]:
    """Every complaint about a field."""
    named = inspect.getmembers(say, inspect.isfunction)
    return [each for _, each in named if list(inspect.signature(each).parameters) == ["field", "detail"]]


def test_a_refusal_is_about_the_field_its_handler_names() -> None:
    refused = Refused(code=Fault.UNKNOWN_PERSON, field="mdtrt_cert_no")
    assert refusals.sentence(refused).startswith("就诊凭证编号（mdtrt_cert_no）：没有找到这个参保人")
    assert refusals.sentence(Refused(code=Fault.AMOUNT_DIFFERS, field="in_scope")).startswith("符合政策范围金额")


def test_every_field_read_has_a_chinese_name() -> None:
    rooms = (fees, person, pharmacy, query, settlement, sign_in, undo, visit)
    structs = [
        kind
        for room in rooms
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    ]
    assert structs and messages.__doc__
    for field in {name for struct in structs for name in struct.__struct_fields__} - OPTIONAL:
        assert "（" in labels.shown(field), field


def test_every_transaction_offered_has_its_national_name() -> None:
    assert all(national.name(infno) for infno in ROUTES)
    assert (national.name("2304"), national.name("2304A"), national.name("2999")) == ("住院结算", "住院结算", None)


WITHOUT_FIELD = {"body_not_json", "body_not_unpacked", "body_too_large", "too_slow", "head_too_long"}


def test_field_sentences_name_the_field() -> None:
    for function in field_sentences():
        told, name = function("单价（pric）", "2"), function.__name__
        assert CHINESE_SENTENCE.search(told), name
        assert "pric" in told or name in WITHOUT_FIELD, name


def test_every_code_means_one_thing() -> None:
    of_fields = [FieldFault(sentence).code for sentence in field_sentences()]
    others = {*Fault, *BillRefusal, refusals.INTERNAL_FAILURE}
    assert len(of_fields) == len(set(of_fields)) and not others & set(of_fields)
    assert all(re.fullmatch("[A-Z_]{3,40}", code) for code in (*of_fields, *others))


def test_the_line_and_both_names_are_shown() -> None:
    assert labels.complaint(FieldFault(say.missing, "pric", line=3)) == "缺少第 3 行的单价（pric）。请填写后重新发送。"


def test_every_fund_and_use_has_a_code() -> None:
    for scheme in Scheme:
        for use in Use:
            rows = [codes.fund_code(fund, scheme, use) for fund in Fund]
            assert len(set(rows)) == len(rows) and all(re.fullmatch("[0-9]{6}", row) for row in rows)
            assert codes.med_type(use) and codes.clearing_kind(use)


@pytest.mark.parametrize(
    ("scheme", "category", "retired", "age", "newer", "older"),
    [
        (Scheme.EMPLOYEE, Category.ORDINARY, False, 40, "11", "11"),
        (Scheme.EMPLOYEE, Category.ORDINARY, True, 70, "12", "21"),
        (Scheme.EMPLOYEE, Category.RETIRED_CADRE, True, 90, "13", "31"),
        (Scheme.RESIDENT, Category.ORDINARY, False, 5, "1402", "41"),
        (Scheme.RESIDENT, Category.ORDINARY, False, 6, "1403", "42"),
        (Scheme.RESIDENT, Category.ORDINARY, False, 18, "15", "50"),
        (Scheme.RESIDENT, Category.ORDINARY, False, 60, "16", "60"),
    ],
)
def test_kinds_of_person_in_both_codings(
    scheme: Scheme, category: Category, retired: bool, age: int, newer: str, older: str
) -> None:
    assert codes.person_kind(scheme, category, retired, age, profile("baseline")) == newer
    assert codes.person_kind(scheme, category, retired, age, profile("older_codes")) == older


def test_an_unknown_profile_speaks_the_baseline() -> None:
    assert profile("nowhere") == profile("baseline")


def test_the_example_catalogue_shows_every_kind_of_item() -> None:
    assert {item.item_class for item in CATALOGUE} == {1, 2, 3}
    assert any(item.barred for item in CATALOGUE) and any(item.restricted for item in CATALOGUE)
