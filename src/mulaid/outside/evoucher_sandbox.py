"""A decoder for trying things out. It says so in every answer, and anybody can make a voucher for anybody.

SANDBOX-990101195001010010-EC  whoever has this identity number
SANDBOX-NOBODY                 nobody's, as one that is over
SANDBOX-SILENT                 the decoder does not answer
"""

from mulaid.outside.evoucher import IDENTITY_NUMBER, Asker, Decoded, Undecoded

PREFIX, END = "SANDBOX-", "-EC"
SILENT = PREFIX + "SILENT"


def voucher_for(number: str) -> str:
    """A voucher of the person with this identity number."""
    return PREFIX + number + END


class SandboxDecoder:
    """`evoucher.Decoder` that knows everybody."""

    async def decode(self, voucher: str, asker: Asker) -> Decoded | Undecoded:
        shown = voucher.upper()
        if shown == SILENT:
            return Undecoded.NO_ANSWER
        number = shown.removeprefix(PREFIX).removesuffix(END)
        ours = shown == voucher_for(number) and IDENTITY_NUMBER.fullmatch(number)
        return Decoded(number, sandbox=True) if ours else Undecoded.NOBODYS

    async def close(self) -> None:
        return None
