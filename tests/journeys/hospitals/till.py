"""A till that works through a day at one client's hand: every transaction that is offered, each with its answer."""

import http.client
import json
from typing import Any

import msgspec

from mulaid.clock import Clock
from mulaid.terms.money import fen, yuan
from tests.journeys.hospitals.clients import Client, Message
from tests.journeys.times import Span

VISIT_LINES = (("XJ0000002", "12.00", "5", "60.00"), ("XJ0000102", "50.00", "2", "100.00"))
SALE_LINES = (("XJ0000001", "18.50", "2", "37.00"),)
RESIDENT, OUTPATIENT, PHARMACY = "390", "11", "41"
ENVELOPE_UNSAID = "insuplc_admdvs dev_no dev_safe_info cainfo signtype sign_no enc_type"
PAPERS_UNSAID = "card_sn psn_cert_type certno psn_type psn_name"
AMOUNTS_UNSAID = "fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt"
_SECONDS = 60

Line = tuple[str, str, str, str]
"""Code, price, quantity, amount."""


class Refused(Exception):
    """A message that should have been carried out was not."""


class Exchange(msgspec.Struct, frozen=True):
    """One message with its answer, and when it was asked and answered by the client's clock."""

    infno: str
    answer: Any
    span: Span
    settled: Span
    """When the settlement was made that the answer shows; else the same."""

    @property
    def refused(self) -> bool:
        return bool(self.answer["infcode"] != "0")

    @property
    def output(self) -> Any:
        """The nodes of a message that was carried out. Raises `Refused`."""
        if self.refused:
            raise Refused(f"{self.infno}: {self.answer['err_msg']}")
        return self.answer["output"]

    @property
    def info(self) -> Any:
        """The settlement in it."""
        return self.output["setlinfo"]


class Till(msgspec.Struct, kw_only=True):
    """One institution's till; the client writes what it sends."""

    client: Client
    port: int
    institution: str
    patient: str
    """Identity number."""
    clock: Clock
    person: str = ""
    exchanges: list[Exchange] = []
    serial: int = 0
    made: dict[str, Span] = {}
    """When each settlement was made, by its number."""

    def send(self, infno: str, nodes: Message, *, message_id: str = "") -> Exchange:
        """Post one message and keep its answer."""
        sent = self.client.variants.get(infno, infno)
        body = self.client.body(self._envelope(sent, nodes, message_id or self.fresh_id()))
        before = self.clock()
        status, raw = self._post(self.client.path.format(infno=sent), body)
        span = before, self.clock()
        assert status == http.client.OK, (infno, status)
        answer = json.loads(raw, parse_float=str, parse_int=str)
        assert "infcode" in answer, (infno, answer)
        settlement = ((answer.get("output") or {}).get("setlinfo") or {}).get("setl_id")
        settled = self.made.setdefault(settlement, span) if settlement else span
        exchange = Exchange(sent, answer, span, settled)
        self.exchanges.append(exchange)
        return exchange

    def fresh_id(self) -> str:
        """A message id of the client's making."""
        self.serial += 1
        return self.client.message_id(self.institution, f"{self.clock():%Y%m%d%H%M%S}", self.serial)

    def now(self) -> str:
        return f"{self.clock():%Y-%m-%d %H:%M:%S}"

    def sign_in(self) -> Exchange:
        return self.send("9001", {"signIn": self.client.node({"opter_no": "001"}, "mac ip")})

    def sign_out(self, number: str) -> Exchange:
        return self.send("9002", {"signOut": {"opter_no": "001", "sign_no": number}})

    def look_up(self) -> Exchange:
        data = self.client.node(self._shown(), f"begntime {PAPERS_UNSAID}")
        exchange = self.send("1101", {"data": data})
        self.person = exchange.output["baseinfo"]["psn_no"]
        return exchange

    def check_benefit(self) -> Exchange:
        said = {"psn_no": self.person, "insutype": RESIDENT, "med_type": OUTPATIENT, "begntime": self.now()}
        return self.send("2001", {"data": self.client.node(said, "fixmedins_code endtime dise_codg dise_name")})

    def register(self, number: str) -> str:
        """The visit's number."""
        said = {"psn_no": self.person, "insutype": RESIDENT, "begntime": self.now(), "ipt_otp_no": number}
        data = self.client.node(said | self._shown(), f"{PAPERS_UNSAID} atddr_no dr_name dept_code dept_name caty")
        visit: str = self.send("2201", {"data": data}).output["data"]["mdtrt_id"]
        return visit

    def withdraw(self, visit: str, number: str) -> Exchange:
        return self.send("2202", {"data": {"psn_no": self.person, "mdtrt_id": visit, "ipt_otp_no": number}})

    def describe(self, visit: str) -> Exchange:
        said = {"mdtrt_id": visit, "psn_no": self.person, "med_type": OUTPATIENT, "begntime": self.now()}
        unsaid = "main_cond_dscr dise_codg dise_name birctrl_type birctrl_matn_date matn_type geso_val"
        return self.send("2203", {"mdtrtinfo": self.client.node(said, unsaid)})

    def upload(self, visit: str, batch: str, lines: tuple[Line, ...] = VISIT_LINES) -> Exchange:
        own = {"mdtrt_id": visit, "psn_no": self.person, "chrg_bchno": batch}
        details = [
            self.client.node(
                own | self._line(f"{batch}{at}", line), "rxno dise_codg hosp_appr_flag memo comb_no etip_flag"
            )
            for at, line in enumerate(lines, 1)
        ]
        return self.send("2204", {"feedetail": details})

    def remove(self, visit: str) -> Exchange:
        said = {"mdtrt_id": visit, "psn_no": self.person, "chrg_bchno": self.client.everything}
        return self.send("2205", {"data": said})

    def quote(self, visit: str, batch: str) -> Exchange:
        return self.send("2206", {"data": self._bill(visit, batch)})

    def settle(self, visit: str, batch: str, *, message_id: str = "") -> Exchange:
        return self.send("2207", {"data": self._bill(visit, batch)}, message_id=message_id)

    def cancel(self, settled: Exchange) -> Exchange:
        return self.send("2208", {"data": self._named(settled)})

    def void(self, message_id: str) -> Exchange:
        """Undo a settlement whose answer was lost."""
        sent = self.client.variants.get("2207", "2207")
        return self.send("2601", {"data": {"psn_no": self.person, "omsgid": message_id, "oinfno": sent}})

    def enquire(self, settled: Exchange) -> Exchange:
        return self.send("5203", {"data": self._named(settled)})

    def quote_sale(self) -> Exchange:
        return self.send("2101", self._sale(SALE_LINES))

    def sell(self, lines: tuple[Line, ...] = SALE_LINES) -> Exchange:
        return self.send("2102", self._sale(lines))

    def cancel_sale(self, settled: Exchange) -> Exchange:
        return self.send("2103", {"data": self._named(settled)})

    def _envelope(self, infno: str, nodes: Message, message_id: str) -> Message:
        said = {
            "infno": infno,
            "msgid": message_id,
            "mdtrtarea_admvs": "420106",
            "recer_sys_code": "99",
            "infver": "1.0",
            "opter_type": "1",
            "opter": "001",
            "opter_name": "001",
            "inf_time": self.now(),
            "fixmedins_code": self.institution,
            "fixmedins_name": self.institution,
            "input": nodes,
        }
        return self.client.node(said, ENVELOPE_UNSAID)

    def _shown(self) -> Message:
        return {"mdtrt_cert_type": self.client.code("02"), "mdtrt_cert_no": self.patient}

    def _bill(self, visit: str, batch: str) -> Message:
        said = {
            "psn_no": self.person,
            "med_type": OUTPATIENT,
            "medfee_sumamt": self.client.number(_total(VISIT_LINES)),
            "psn_setlway": self.client.code("01"),
            "mdtrt_id": visit,
            "chrg_bchno": batch,
            "acct_used_flag": self.client.code("01"),
            "insutype": RESIDENT,
        }
        unsaid = f"{PAPERS_UNSAID} {AMOUNTS_UNSAID} invono pub_hosp_rfom_flag exp_content expContent"
        return self.client.node(said | self._shown(), unsaid)

    def _sale(self, lines: tuple[Line, ...]) -> Message:
        said = {
            "psn_no": self.person,
            "begntime": self.now(),
            "medfee_sumamt": self.client.number(_total(lines)),
            "insutype": RESIDENT,
            "acct_used_flag": self.client.code("01"),
            "med_type": PHARMACY,
        }
        unsaid = f"{PAPERS_UNSAID} invono dise_codg dise_name exp_content"
        details = [self.client.node(self._line(str(at), line), "rxno memo") for at, line in enumerate(lines, 1)]
        return {"druginfo": self.client.node(said | self._shown(), unsaid), "drugdetail": details}

    def _line(self, serial: str, line: Line) -> Message:
        code, price, quantity, amount = line
        return {
            "feedetl_sn": serial,
            "rx_circ_flag": "0",
            "fee_ocur_time": self.now(),
            "med_list_codg": code,
            "medins_list_codg": code,
            "det_item_fee_sumamt": self.client.number(amount),
            "cnt": self.client.number(quantity),
            "pric": self.client.number(price),
        }

    def _named(self, settled: Exchange) -> Message:
        info = settled.info
        return {"psn_no": self.person, "setl_id": info["setl_id"], "mdtrt_id": info["mdtrt_id"]}

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request("POST", path, body, {"content-type": self.client.content_type})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def _total(lines: tuple[Line, ...]) -> str:
    return yuan(sum(fen(amount) for *_, amount in lines))
