"""What `exp_content` may say to this system; other names in it are ignored."""

import msgspec

from mulaid.gateway.amounts import Amount


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody acts for the patient: which of the two identity papers were shown."""

    principal_id: bool
    agent_id: bool


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    chosen_payers: tuple[int, ...] | None = None
    funds_paid: Amount | None = None
    agent: Agent | None = None
    prescription: bool = False
