"""Published arithmetic done again: the right sums are reproduced, the wrong ones shown wrong, with the right figure.

Each is a sum that circulates on pages about contributions, benefits and account credit.
"""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.explain.summing import sum_data, sum_lines
from mulaid.policy.law import Law
from mulaid.policy.sums import Shares, Sum, SumFault, Verdict, check_shares, check_sum, rounded
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient
from mulaid.terms.codes import Scheme, Use
from mulaid.terms.money import yuan
from mulaid.wording.sums import Arithmetic, arithmetic_in, number_text
from tests.rules.made import BOOK

RIGHT = """
19300×25%=4825             19300×7.5%=1447.5          19300×1.5%=289.5
202×12=2424                10100×8%=808               10100×2%=202
12400×8%=992               12400×2%=248               12400×0.4%=49.6
2000+1000=3000             1000+250=1250              6500×(1+1)÷2×15×1%=975
575.20×12=6902.40          4090×8%=327.2              3700×3%=111
22+9=31                    11284.99×2=22569.98        5182×2%=103.64
100-3=97                   110-3=107                  (2000-500)×90%=1350
(3000-200-300)×80%=2000    5970×3=17910               5970×40%=2388
5970×60%=3582              16%+8%=24%                 174640×6%=10478.40
174640×7%=12224.80         174640×1.5%=2619.60        400×70%=280
800×70%=560                1600×70%=1120              12,400 × 8 % ＝ 992 元
""".strip()

ROUNDED = """
6767×8.5%=575.20           4511÷60%=7518.33           152325×5%=7616
152325×7%=10663            152325×7%≈10663            1÷3=33%
""".strip()

WRONG = {
    "19900×25%=4825": "4975",
    "19900×7.5%=1447.5": "1492.5",
    "808×12=9704": "9696",
    "12400×8%+12400×2%+12400×0.4%=992": "1289.6",
    "16%+8%=16%": "24%",
    "6767×8.5%+21.65=575.20": "596.845",
    "4090÷60%×3=13614": "20450",
    "5970×3=17908": "17910",
    "(1000-200)×55%=550": "440",
    "(10000-200)×65%=6420": "6370",
    "7310×2%×12=2105.28": "1754.4",
    "174640×7%=12225.22": "12224.8",
}
"""A wrong sum with the right figure."""


def sums(table: str) -> list[str]:
    return [text.strip() for line in table.splitlines() for text in line.split("   ") if text.strip()]


def checked(text: str) -> Sum:
    read = arithmetic_in("".join(text.split()))
    assert read is not None
    (found,) = check_sum(read.equation)
    return found


@pytest.mark.parametrize("text", sums(RIGHT))
def test_a_right_sum_is_reproduced(text: str) -> None:
    assert checked(text).verdict is Verdict.RIGHT


@pytest.mark.parametrize("text", sums(ROUNDED))
def test_a_rounded_sum_is_right_to_its_decimals(text: str) -> None:
    assert checked(text).verdict is Verdict.ROUNDED


@pytest.mark.parametrize(("text", "right"), WRONG.items(), ids=list(WRONG))
def test_a_wrong_sum_is_shown_with_the_right_figure(text: str, right: str) -> None:
    found = checked(text)
    assert found.verdict is Verdict.WRONG
    assert sum_data(found)["value"] == right
    assert right in sum_lines(found)[0]


def test_a_deductible_comes_off_before_the_ratio() -> None:
    found = checked("2000×90%-500=1300")
    assert found.verdict is Verdict.ORDER
    assert found.usual is not None
    assert found.usual.text == "(2000-500)×90%"
    assert found.usual.value == 1350
    assert "1350" in sum_lines(found)[0]
    assert checked("90%×2000-500=1300").verdict is Verdict.ORDER
    wrong = checked("2000×90%-500=1400")
    assert wrong.verdict is Verdict.WRONG
    assert wrong.usual is not None


@pytest.mark.parametrize("text", ["110-3=107", "2000×2-500=3500", "2000×90%-5%=1799.95", "100×3%-500=-497"])
def test_not_every_difference_has_a_deductible(text: str) -> None:
    assert arithmetic_in(text) is None or checked(text).usual is None


def test_a_part_taken_for_the_whole_is_named() -> None:
    for text in ("12400×(8%+2%+0.4%)=992", "12400×8%+12400×2%+12400×0.4%=992", "12400的8%、2%、0.4%合计992"):
        found = checked(text)
        assert found.verdict is Verdict.WRONG
        assert [part.text for part in found.only] == ["12400×8%"]
        assert found.computed.value == Fraction("1289.6")


def shares(text: str) -> Shares:
    read = arithmetic_in(text)
    assert read is not None
    return check_shares(read.shares)


def test_floor_and_ceiling_of_one_average_wage() -> None:
    found = shares("4511-22555")
    assert found.consistent
    assert number_text(found.base) == "约 7518.33"
    assert found.shares[1].amount / found.shares[0].amount == 5
    assert shares("4511—22555（60%—300%）") == found


def test_a_ceiling_that_does_not_belong_to_the_floor() -> None:
    found = shares("4090-13614")
    assert not found.consistent
    assert found.shares[1].expected == 20450
    assert "20450" in "".join(sum_lines(found))


def test_shares_that_differ_by_rounding_only_are_one_base() -> None:
    assert shares("40%是2388，60%是3582，100%是5970，300%是17908").consistent
    assert shares("5%是7616，7%是10663").consistent
    assert shares("6%是10478.40，7%是12224.80，1.5%是2619.60").consistent
    assert not shares("6%是10478.40，7%是12225.22").consistent
    assert not shares("100%是5970，300%是17906").consistent


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        ("12400的8%是992", "12400×8%=992"),
        ("12400元的8%、2%和0.4%共1289.6元", "12400×(8%+2%+0.4%)=1289.6"),
        ("费用2000元，起付线500元，报销90%，能报1350元", "(2000-500)×90%=1350"),
        ("808*12=9704", "808*12=9704"),
    ],
)
def test_sums_in_words(text: str, equation: str) -> None:
    assert arithmetic_in(text) == Arithmetic(equation=equation)


@pytest.mark.parametrize(
    "text", ["最多绑定6人", "2024年", "380元", "=5", "8%", "每天3笔", "2000元的东西", "3-5", "2024-2025", "2026-01-09"]
)
def test_what_is_no_sum(text: str) -> None:
    assert arithmetic_in(text) is None


@pytest.mark.parametrize("text", ["1+=2", "(1+2=3", "1÷0=1", "1+2", "1++2=3", "=5", "a=1", "()=1", "1)=1", ""])
def test_what_cannot_be_computed(text: str) -> None:
    with pytest.raises(SumFault):
        check_sum(text)


def test_every_side_is_compared_with_the_first() -> None:
    assert [each.verdict for each in check_sum("1+1=2=3")] == [Verdict.RIGHT, Verdict.WRONG]


amounts = st.integers(1, 10**9).map(yuan)


@given(st.tuples(amounts, amounts, amounts))
def test_expressions_agree_with_fractions(told: tuple[str, str, str]) -> None:
    a, b, c = map(Fraction, told)
    for form, value in (
        ("{0}+{1}×{2}=0", a + b * c),
        ("({0}+{1})×{2}=0", (a + b) * c),
        ("{0}-{1}-{2}=0", a - b - c),
        ("{0}÷{1}÷{2}=0", a / b / c),
        ("{0}-{1}+{2}%=0", a - b + c / 100),
        ("{0}×{1}%÷{2}=0", a * b / 100 / c),
    ):
        (found,) = check_sum(form.format(*told))
        assert found.computed.value == value


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 4))
def test_rounding_is_half_up_and_never_further_than_half(value: Fraction, decimals: int) -> None:
    near = rounded(value, decimals)
    assert abs(near - value) <= Fraction(1, 2 * 10**decimals)
    assert (near * 10**decimals).denominator == 1
    assert rounded(-value, decimals) == -near


@pytest.mark.parametrize(
    ("text", "region", "day", "level", "retired"),
    [
        ("(3600-700)×60%=1740", "420100", "2023-03-01", 2, False),
        ("(3000-200-300)×80%=2000", "310000", "2023-12-01", 1, False),
        ("(3000-500)×70%=1750", "310000", "2023-12-01", 3, False),
    ],
)
def test_a_right_benefit_is_what_a_bill_there_gets(text: str, region: str, day: str, level: int, retired: bool) -> None:
    """Wuhan took 700 a year off first until 2023-04-09, Shanghai 500; the figure is then the pooled fund's part."""
    found = checked(text)
    assert found.verdict is Verdict.RIGHT
    assert pooled(region, day, int(text[1:5]), level, retired) == found.stated.value * 100


def test_a_benefit_with_the_deductible_after_the_ratio_is_not_what_a_bill_gets() -> None:
    found = checked("3600×60%-700=1460")
    assert found.usual is not None
    paid = pooled("420100", "2023-03-01", 3600, 2, False)
    assert paid == found.usual.value * 100 != found.stated.value * 100


def pooled(region: str, day: str, yuan_in_scope: int, level: int, retired: bool) -> int:
    """What the pooled fund pays of an outpatient bill, in fen."""
    on, amount = datetime.date.fromisoformat(day), 100 * yuan_in_scope
    case = BillCase(
        region=region,
        day=on,
        settled_on=on,
        patient=Patient(scheme=Scheme.EMPLOYEE, account=True, retired=retired, retired_on=on if retired else None),
        institution=Institution(region=region, level=level),
        bill=Bill(total=amount, in_scope=amount),
        use=Use.OUTPATIENT,
    )
    outcome = decide(case, Law(BOOK))
    assert outcome.refused is None
    return outcome.funds[0]


def test_numbers_are_told_without_idle_zeros() -> None:
    told = {"1350": "1350", "0.5": "0.5", "575.195": "575.195", "-3": "-3", "1/3": "约 0.33", "-2/3": "约 -0.67"}
    assert {text: number_text(Fraction(text)) for text in told} == told
    assert number_text(Fraction("0.024"), percent=True) == "2.4%"
