"""The decoder over HTTP, in the form that hospitals' readers ask it (ec.query of localQrCodeQuery).

    {"transType": "ec.query", "orgId", "data": {"orgId", "businessType", …, "ecQrCode", "ecToken"}}
    {"code": 0, "message", "data": {"idNo", "userName", …}}

Public clients leave the code itself to their reader's driver, so its name in the question is not published: both names
are sent (docs/decisions/0031).
"""

import logging

import httpx
import msgspec
import structlog

from mulaid.outside.evoucher import IDENTITY_NUMBER, Asker, Decoded, Undecoded

TRIES = 2
"""A question changes nothing, so one that got lost is asked again at once."""
_ANSWER_MAX = 64 << 10
_AT_HOSPITAL, _AT_PHARMACY = "01301", "02121"
"""businessType: outpatient settlement, pharmacy."""
_SERVER_FAULT = 500
_log = structlog.get_logger("mulaid.outside")
# Otherwise a line for every question.
logging.getLogger("httpx").setLevel(logging.WARNING)


class _Person(msgspec.Struct, frozen=True):
    idNo: str = ""


class _Answer(msgspec.Struct, frozen=True):
    code: int | str
    data: _Person | str | None = None


class HttpDecoder:
    """`evoucher.Decoder` at an address."""

    def __init__(self, url: str, seconds: float, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=seconds, trust_env=False, transport=transport)

    async def decode(self, voucher: str, asker: Asker) -> Decoded | Undecoded:
        question = msgspec.json.encode(_question(voucher, asker))
        why = ""
        for _ in range(TRIES):
            try:
                answer = await self._client.post(
                    self._url, content=question, headers={"content-type": "application/json;charset=UTF-8"}
                )
            except httpx.HTTPError as error:
                why = type(error).__name__
                continue
            if answer.status_code < _SERVER_FAULT:
                return _read(answer.content) if answer.is_success else self._unanswered(str(answer.status_code))
            why = str(answer.status_code)
        return self._unanswered(why)

    async def close(self) -> None:
        await self._client.aclose()

    def _unanswered(self, why: str) -> Undecoded:
        # Neither the voucher nor what came back is told: both are somebody's.
        _log.warning("evoucher_no_answer", why=why)
        return Undecoded.NO_ANSWER


def _question(voucher: str, asker: Asker) -> dict[str, object]:
    business = _AT_PHARMACY if asker.pharmacy else _AT_HOSPITAL
    data = {
        "orgId": asker.institution,
        "businessType": business,
        "operatorId": "mulaid",
        "operatorName": "mulaid",
        "officeId": "",
        "officeName": "",
        "ecQrCode": voucher,
        "ecToken": voucher,
    }
    return {"transType": "ec.query", "orgId": asker.institution, "data": data}


def _read(content: bytes) -> Decoded | Undecoded:
    try:
        if len(content) > _ANSWER_MAX:
            return Undecoded.NO_ANSWER
        answer = msgspec.json.decode(content, type=_Answer)
        if str(answer.code) != "0":
            return Undecoded.NOBODYS
        person = answer.data
        if isinstance(person, str):
            person = msgspec.json.decode(person, type=_Person)
    except (ValueError, RecursionError):
        return Undecoded.NO_ANSWER
    number = "" if person is None else person.idNo.strip().upper()
    return Decoded(number) if IDENTITY_NUMBER.fullmatch(number) else Undecoded.NOBODYS
