"""An office with one settled batch and one waiting, and the door in front of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.messages import made
from tests.messages.fake_offices import FakeOffices


def line(batch: str) -> dict[str, Any]:
    """A charge line of 50.00 for the employee's 乙 item: 3 % upfront."""
    return {
        "feedetl_sn": 1,
        "mdtrt_id": "9901001",
        "psn_no": "9901007",
        "chrg_bchno": batch,
        "fee_ocur_time": "2026-03-02 10:00:00",
        "med_list_codg": "XJ0000003",
        "det_item_fee_sumamt": "50.00",
        "cnt": 2,
        "pric": "25",
        "hosp_appr_flag": "0",
    }


def bill(batch: str, **changes: Any) -> dict[str, Any]:
    """2207 for the batch of 50.00: 1.50 upfront, 48.50 in scope."""
    return {
        "data": {
            "psn_no": "9901007",
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": made.NUMBERS[made.WANG],
            "med_type": "11",
            "medfee_sumamt": "50.00",
            "psn_setlway": "01",
            "mdtrt_id": "9901001",
            "chrg_bchno": batch,
            "acct_used_flag": "1",
            "insutype": "310",
            "fulamt_ownpay_amt": "0.00",
            "overlmt_selfpay": "0.00",
            "preselfpay_amt": "1.50",
            "inscp_scp_amt": "48.50",
            **changes,
        }
    }


def sale() -> dict[str, Any]:
    """2102 for 20.00 of the 甲 item."""
    return {
        "druginfo": {
            "psn_no": "9901007",
            "mdtrt_cert_type": "03",
            "mdtrt_cert_no": "SC" + made.NUMBERS[made.WANG],
            "begntime": "2026-03-02 10:00:00",
            "medfee_sumamt": 20,
            "insutype": "310",
            "acct_used_flag": "2",
            "med_type": "41",
        },
        "drugdetail": [
            {
                "feedetl_sn": "1",
                "fee_ocur_time": "2026-03-02",
                "med_list_codg": "XJ0000001",
                "det_item_fee_sumamt": "20.00",
                "cnt": 1,
                "pric": 20,
                "rx_circ_flag": "1",
            }
        ],
    }


@pytest.fixture
def offices() -> FakeOffices:
    return FakeOffices()


@pytest.fixture
def door(offices: FakeOffices) -> Iterator[TestClient[Any]]:
    """Visit 1 with batch B0 settled as case 1 and batch B1 waiting; case 2 is a pharmacy's sale; visit 2 is empty."""
    with made.client(offices) as client:
        registration = {
            "data": {
                "psn_no": "9901007",
                "insutype": "310",
                "begntime": "2026-03-02 09:00:00",
                "mdtrt_cert_type": "02",
                "mdtrt_cert_no": made.NUMBERS[made.WANG],
                "ipt_otp_no": "MZ0000",
            }
        }
        for number, (infno, nodes) in enumerate(
            [
                ("2201", registration),
                ("2204", {"feedetail": [line("B0")]}),
                ("2204", {"feedetail": [line("B1")]}),
                ("2207", bill("B0")),
            ],
            start=1,
        ):
            assert made.post(client, made.request(infno, nodes, number))["err_msg"] == ""
        assert made.post(client, made.request("2102", sale(), 5, made.PHARMACY))["err_msg"] == ""
        registration["data"]["ipt_otp_no"] = "MZ0009"
        assert made.post(client, made.request("2201", registration, 6))["err_msg"] == ""
        yield client
