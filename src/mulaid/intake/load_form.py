"""The load file as it is written: one struct a table, every default as docs/load-format.md states it.

In TOML a record is a table of its name's array (`[[person]]`); in JSON lines it is one object with `"table": "person"`.
"""

import datetime
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from mulaid.intake.case_form import Division, Form, Level, Money, Name, read_money
from mulaid.intake.catalogue_file import CATALOGUE_KINDS, ItemForm, read_catalogue_value
from mulaid.terms.codes import (
    Assistance,
    Category,
    Cover,
    FundsGiven,
    InstitutionKind,
    Kinship,
    LimitScope,
    Mechanism,
    RelationState,
    Scheme,
    Sex,
    SponsorUse,
)

Small = Annotated[int, msgspec.Meta(ge=0, le=99)]
Rank = Annotated[int, msgspec.Meta(ge=1, le=999)]

_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


def is_identity_number(number: str) -> bool:
    """Whether an upper-case 公民身份号码 has its form, a real day of birth and the right check character.

    GB 11643-1999: the weighted sum of 17 digits modulo 11 names the eighteenth character.
    """
    if not _NUMBER.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    if _CHECK_CHARACTERS[total % 11] != number[17]:
        return False
    try:
        day_of_birth(number)
    except ValueError:
        return False
    return True


def day_of_birth(number: str) -> datetime.date:
    """The day of birth written in an identity number. Raises `ValueError` when it is no day."""
    return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


class CredentialKind(StrEnum):
    """How an institution proves itself at the national interface; the words its door knows."""

    NONE = "none"
    HMAC_SHA1 = "hmac_sha1"
    TIF = "tif"
    API_KEY = "api_key"
    OAUTH = "oauth"
    SM2 = "sm2"
    WRAPPER = "wrapper"


class CredentialForm(Form, frozen=True, kw_only=True):
    """The words of the door's `Proof`, which is read from what is kept of this."""

    kind: CredentialKind
    key: str = ""
    secret: str = ""
    username: str = ""
    password: str = ""
    public_key: str = ""
    own_private_key: str = ""
    own_public_key: str = ""
    sm4_key: str = ""


CREDENTIAL_NEEDS: Mapping[CredentialKind, tuple[str, ...]] = {
    CredentialKind.NONE: (),
    CredentialKind.HMAC_SHA1: ("secret",),
    CredentialKind.TIF: ("secret",),
    CredentialKind.API_KEY: ("secret",),
    CredentialKind.OAUTH: ("key", "secret", "username", "password"),
    CredentialKind.SM2: ("public_key",),
    CredentialKind.WRAPPER: ("key", "secret", "public_key"),
}
"""What each kind cannot do without."""
CREDENTIAL_KEYS: Mapping[str, tuple[int, ...]] = {
    "public_key": (64, 65, 91),
    "own_public_key": (64, 65, 91),
    "own_private_key": (32, 33),
    "sm4_key": (16,),
}
"""The keys, each with how many bytes it may have: 91 is X.509, 33 a private key as Java writes it."""


class InstitutionForm(Form, frozen=True, kw_only=True, tag_field="table", tag="institution"):
    code: Name
    region: Division
    name: Name
    kind: InstitutionKind = InstitutionKind.HOSPITAL
    level: Level = 3
    designated: bool = True
    wallet_ready: bool = False
    profile: Name = "baseline"
    credential: CredentialForm | None = None
    funds_given: FundsGiven = FundsGiven.NEVER
    """Whether its messages may give the funds' part of a bill."""


class RegionForm(Form, frozen=True, kw_only=True, tag_field="table", tag="region"):
    """What holds for all institutions of a region, for its own patients."""

    code: Division
    funds_given: FundsGiven


class EnrolmentForm(Form, frozen=True, kw_only=True):
    from_day: datetime.date = msgspec.field(name="from")
    until: datetime.date | None = None
    scheme: Scheme
    status: Cover = Cover.ACTIVE
    tier: Small = 1
    category: Category = Category.ORDINARY
    assistance: Assistance = Assistance.NONE
    retired_on: datetime.date | None = None
    account: bool | None = None

    def has_account(self) -> bool:
        return self.scheme is Scheme.EMPLOYEE if self.account is None else self.account


class PurseForm(Form, frozen=True, kw_only=True):
    """Money as it opens. `frozen` and `wallet` follow from the sponsorships unless they are written."""

    current: Money = Money(0)
    prior: Money = Money(0)
    wallet: Money | None = None
    frozen: Money | None = None


class PersonForm(Form, frozen=True, kw_only=True, tag_field="table", tag="person"):
    number: Name
    name: Name
    region: Division
    born: datetime.date | None = None
    sex: Sex | None = None
    activated: bool = True
    suspended_from: datetime.date | None = None
    suspended_until: datetime.date | None = None
    enrolments: tuple[EnrolmentForm, ...] = ()
    purse: PurseForm | None = None

    def birthday(self) -> datetime.date:
        return self.born or day_of_birth(self.number)

    def known_sex(self) -> Sex:
        """As written, else as the number's seventeenth digit has it: odd for men."""
        return self.sex or (Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE)


class SponsorshipForm(Form, frozen=True, kw_only=True, tag_field="table", tag="sponsorship"):
    sponsor: Name
    beneficiary: Name
    kinship: Kinship
    """What the beneficiary is to the sponsor."""
    bound_on: datetime.date
    effective_on: datetime.date | None = None
    until: datetime.date | None = None
    state: RelationState = RelationState.ACTIVE
    rank: Rank | None = None
    limit_payment: Money | None = None
    limit_day: Money | None = None
    limit_month: Money | None = None
    limit_year: Money | None = None
    limit_scope: LimitScope = LimitScope.MEMBER
    uses: tuple[SponsorUse, ...] = tuple(SponsorUse)
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    quota: Money = Money(0)
    wallet_open: bool = True


class LoadForm(Form, frozen=True, kw_only=True):
    """A whole TOML file."""

    region: tuple[RegionForm, ...] = ()
    institution: tuple[InstitutionForm, ...] = ()
    person: tuple[PersonForm, ...] = ()
    sponsorship: tuple[SponsorshipForm, ...] = ()
    item: tuple[ItemForm, ...] = ()


AnyForm = RegionForm | InstitutionForm | PersonForm | SponsorshipForm | ItemForm
"""One line of a JSON lines file."""

TABLES = LoadForm.__struct_fields__


def read_value(kind: type, value: Any) -> Any:
    """msgspec's hook for the kinds of value that TOML and JSON have no word for. Raises `ValueError`."""
    return read_catalogue_value(kind, value) if kind in CATALOGUE_KINDS else read_money(kind, value)
