"""The national interface's abbreviations stop at the gateway; no name says "drawer"; no work is left for later."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import PACKAGE, Finding, nothing_found, package_files, place, text_of, tracked

NATIONAL = frozenset(
    """
    acct_balc acct_mulaid acct_mulaid_pay acct_pay acct_payamt acct_used_flag act_pay_dedc admdvs agnter_rlts
    atddr_no balc bydise_setl_payamt cash_payamt chrg_bchno chrgitm_lv clr_optins clr_stas clr_type clr_way crt_dedc
    cvlserv_flag cvlserv_pay dedc_std det_item_fee_sumamt exp_content feedetl_sn file_qury_no fixmedins_code
    fixmedins_name fixmedins_type fulamt_ownpay fulamt_ownpay_amt fund_pay_sumamt fund_pay_type hi_agre_sumfee
    hifdm_pay hifes_pay hifmi_pay hifob_pay hifp_pay hosp_part hosp_part_amt inf_refmsgid inf_time infcode infno
    infver init_feedetl_sn inscp_amt inscp_scp_amt insu_admdvs insuplc_admdvs insutype ipt_otp_no lmt_used_flag
    maf_pay mdtrt_cert_no mdtrt_cert_type mdtrt_id mdtrtarea_admvs med_chrgitm_type med_fee_sumamt med_type
    medfee_sumamt medins_setl_id mid_setl_flag msgid oth_pay othfund_pay overlmt_amt overlmt_selfpay
    ownpay_hosp_part pdn_cash_pay pool_prop_selfpay preselfpay_amt pric_uplmt_amt psn_cash_pay psn_cashpay
    psn_cert_type psn_idet_type psn_insu_rlts_id psn_insu_stas psn_name psn_no psn_part psn_part_amt psn_pay
    psn_setlway psn_type recer_sys_code refd_setl_flag refmsg_time selfpay_prop setl_id setl_proc_info setl_time
    setl_type stmt_rslt trt_chk_type trt_dcla_detl_sn trt_enjymnt_flag
    """.split()
)
NATIONAL_WORD = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(sorted(NATIONAL, key=len, reverse=True))})(?![A-Za-z0-9])")

DRAWERS = frozenset("util utils common core helper helpers base manager managers service services misc shared".split())
DRAWER_CLASS = re.compile(r"^Base[A-Z]|(?:Util|Utils|Helper|Helpers|Manager|Service|Services|Base)$")

LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E)\b")


def national_words(file: Path, text: str) -> Iterator[Finding]:
    """Identifiers, strings, comments and SQL alike: below the gateway the abbreviation does not exist."""
    for number, line in enumerate(text.splitlines(), start=1):
        for word in NATIONAL_WORD.findall(line):
            yield f"{place(file, number)} national abbreviation {word} outside gateway/"


def drawer_names(file: Path, text: str) -> Iterator[Finding]:
    """A file, folder or class is named after its noun, never after the pattern it follows."""
    for part in file.relative_to(PACKAGE).with_suffix("").parts:
        if part.rsplit("_", maxsplit=1)[-1] in DRAWERS:
            yield f"{place(file, 1)} {part} is a drawer's name"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and DRAWER_CLASS.search(node.name):
            yield f"{place(file, node.lineno)} {node.name} is a drawer's name"


def left_for_later(file: Path, text: str) -> Iterator[Finding]:
    """Work that is not done is told in an issue, not in the code."""
    for number, line in enumerate(text.splitlines(), start=1):
        if LATER.search(line):
            yield f"{place(file, number)} a mark for later work"


def test_no_national_abbreviation_outside_the_gateway() -> None:
    files = package_files(".py", ".sql", ".html", outside=("gateway",))
    nothing_found(found for file in files for found in national_words(file, file.read_text("utf-8")))


def test_no_drawers() -> None:
    nothing_found(found for file in package_files(".py") for found in drawer_names(file, file.read_text("utf-8")))


def test_nothing_left_for_later() -> None:
    texts = ((file, text_of(file)) for file in tracked())
    nothing_found(found for file, text in texts if text for found in left_for_later(file, text))


def test_the_check_sees_an_abbreviation_inside_a_longer_name_but_not_inside_a_word() -> None:
    file = PACKAGE / "store" / "cases.py"
    assert len(list(national_words(file, "psn_no_text = 'acct_pay'\n# insutype 310"))) == 3
    assert list(national_words(file, "balcony = message_id")) == []


def test_the_check_sees_drawers() -> None:
    assert len(list(drawer_names(PACKAGE / "utils" / "money.py", ""))) == 1
    assert len(list(drawer_names(PACKAGE / "store" / "purse_manager.py", "class PurseManager: ..."))) == 2
    assert list(drawer_names(PACKAGE / "store" / "purse.py", "class Purse: ...")) == []


def test_the_check_sees_marks() -> None:
    assert len(list(left_for_later(PACKAGE / "app.py", "# TO" + "DO: later"))) == 1
    assert list(left_for_later(PACKAGE / "app.py", "# to do it right")) == []
