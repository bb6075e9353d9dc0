"""Read load files: people, purses, institutions, sponsorships and catalogue items, every record with its line.

What can be said from the files alone is checked here; what needs the database is checked by
`mulaid.procedures.load.load`.
An identity number never goes into a fault: the line says where it stands.
"""

import base64
import datetime
import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from mulaid.intake.catalogue_file import EVERYWHERE, ItemForm
from mulaid.intake.load_form import (
    CREDENTIAL_KEYS,
    CREDENTIAL_NEEDS,
    AnyForm,
    CredentialForm,
    CredentialKind,
    InstitutionForm,
    PersonForm,
    RegionForm,
    SponsorshipForm,
    day_of_birth,
    is_identity_number,
)
from mulaid.intake.load_records import Origin, Progress, forms
from mulaid.located import Place, far, formula, unseen
from mulaid.terms.codes import Mechanism, Scheme
from mulaid.terms.money import Fen, yuan

Resolve = Callable[[str], str]
"""From a raw division code to its pooling region; raises `ValueError` when there is none."""

LONGEST_TEXT = 100
"""Characters of a name or a code."""

WRAPPER_KEY_LEAST = 16
"""The key of the wrapper's encryption is made from so many characters of the app id."""

_CODE = re.compile(r"[0-9A-Z]{1,12}")

FormT = TypeVar("FormT")


class Row(msgspec.Struct, Generic[FormT], frozen=True, gc=False):
    """A record that was read, the pooling region it belongs to (none for a sponsorship) and where it stands."""

    form: FormT
    region: str
    origin: Origin


class Wanted(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a purse shall have opened with, in fen, and the e-voucher; None is not said. `number` is the owner's."""

    number: str
    current: Fen | None = None
    prior: Fen | None = None
    frozen: Fen | None = None
    """All quotas this person gives, whose money is set apart here."""
    wallet: Fen | None = None
    activated: bool | None = None
    origin: Origin


Quotas = tuple[Fen, Origin]
"""Several quotas added up, and where the first of them stands."""


class Loads(msgspec.Struct, frozen=True):
    """All files together, in the order read."""

    regions: list[Row[RegionForm]]
    institutions: list[Row[InstitutionForm]]
    people: list[Row[PersonForm]]
    purses: list[Wanted]
    sponsorships: list[Row[SponsorshipForm]]
    items: list[Row[ItemForm]]


def read_loads(
    files: Iterable[Path], resolve: Resolve, progress: Progress, *, profiles: Collection[str] | None = None
) -> Loads:
    """Read files as one load. Raises `located.Fault` for the first thing that is wrong, with file, line and field.

    `profiles`: the dialects an institution may speak; None where nobody is there to say.
    """
    reader = _Reader(resolve, profiles)
    for file in files:
        for form, origin in forms(file, progress):
            reader.take(form, origin)
    return reader.loads()


class _Reader:
    """Takes records in order, checks each and remembers where it stood, so that a second one can name the first."""

    def __init__(self, resolve: Resolve, profiles: Collection[str] | None) -> None:
        self._resolve = lru_cache(maxsize=10_000)(resolve)
        self._profiles = profiles
        self._seen: dict[tuple[object, ...], Origin] = {}
        self._pools: dict[str, Fen] = {}
        self._regions: list[Row[RegionForm]] = []
        self._institutions: list[Row[InstitutionForm]] = []
        self._people: list[Row[PersonForm]] = []
        self._sponsorships: list[Row[SponsorshipForm]] = []
        self._items: list[Row[ItemForm]] = []

    def take(self, form: AnyForm, origin: Origin) -> None:
        match form:
            case PersonForm():
                self._person(form, origin)
            case SponsorshipForm():
                self._sponsorship(form, origin)
            case InstitutionForm():
                self._institution(form, origin)
            case RegionForm():
                self._region_setting(form, origin)
            case ItemForm():
                self._item(form, origin)

    def loads(self) -> Loads:
        """Everything taken. The money that quotas set apart is known only now."""
        purses = _purses(self._people, self._sponsorships)
        return Loads(self._regions, self._institutions, self._people, purses, self._sponsorships, self._items)

    def _person(self, form: PersonForm, origin: Origin) -> None:
        form = msgspec.structs.replace(form, number=_number(form.number, origin, "number"))
        self._once(origin, ("number",), "person", form.number)
        _plain(origin, "name", form.name)
        _check_days(form, origin)
        self._people.append(Row(form, self._region(form.region, origin), origin))

    def _sponsorship(self, form: SponsorshipForm, origin: Origin) -> None:
        sponsor, beneficiary = (_number(getattr(form, side), origin, side) for side in ("sponsor", "beneficiary"))
        form = msgspec.structs.replace(form, sponsor=sponsor, beneficiary=beneficiary)
        self._once(origin, ("bound_on",), "sponsorship", sponsor, beneficiary, form.bound_on, form.mechanism)
        if sponsor == beneficiary:
            raise origin.fault(("beneficiary",), "sponsor_of_oneself")
        if not form.uses:
            raise origin.fault(("uses",), "empty", "uses")
        if form.quota and form.mechanism is Mechanism.INSTANT_DRAW:
            raise origin.fault(("quota",), "quota_without_wallet")
        if form.mechanism is Mechanism.POOL and self._pools.setdefault(sponsor, form.quota) != form.quota:
            raise origin.fault(("quota",), "pool_differs", yuan(self._pools[sponsor]))
        _near(origin, ("bound_on",), form.bound_on)
        for name in ("effective_on", "until"):
            day = getattr(form, name)
            _near(origin, (name,), day)
            if day is not None and day < form.bound_on:
                raise origin.fault((name,), "day_order", f"bound_on {name}")
        self._sponsorships.append(Row(form, "", origin))

    def _institution(self, form: InstitutionForm, origin: Origin) -> None:
        if not _CODE.fullmatch(form.code):
            raise origin.fault(("code",), "bad_institution_code", form.code)
        self._once(origin, ("code",), "institution", form.code)
        _plain(origin, "name", form.name)
        _plain(origin, "profile", form.profile)
        if self._profiles is not None and form.profile not in self._profiles:
            raise origin.fault(("profile",), "not_a_choice", f"{form.profile!r} / {' '.join(self._profiles)}")
        if form.credential is not None and form.credential.kind is not CredentialKind.NONE:
            _check_credential(form.credential, origin)
        self._institutions.append(Row(form, self._region(form.region, origin), origin))

    def _region_setting(self, form: RegionForm, origin: Origin) -> None:
        region = self._region(form.code, origin, "code")
        self._once(origin, ("code",), "region", region)
        self._regions.append(Row(form, region, origin))

    def _item(self, form: ItemForm, origin: Origin) -> None:
        # Tills write codes in either case, and catalogues do too: both mean one item.
        form = msgspec.structs.replace(form, code=form.code.upper())
        for name in ("code", "name", "fee_kind"):
            _plain(origin, name, getattr(form, name))
        _near(origin, ("from",), form.from_day)
        region = EVERYWHERE if form.region == EVERYWHERE else self._region(form.region, origin)
        self._once(origin, ("code",), "item", region, form.code, form.from_day)
        self._items.append(Row(form, region, origin))

    def _once(self, origin: Origin, place: Place, *key: object) -> None:
        first = self._seen.setdefault(key, origin)
        if first is not origin:
            raise origin.fault(place, "written_twice", str(first))

    def _region(self, division: str, origin: Origin, field: str = "region") -> str:
        try:
            return self._resolve(division)
        except ValueError as error:
            raise origin.fault((field,), "unknown_division", division) from error


def _number(written: str, origin: Origin, field: str) -> str:
    number = written.upper()
    if not is_identity_number(number):
        raise origin.fault((field,), "bad_identity_number")
    return number


def _plain(origin: Origin, field: str, text: str) -> None:
    """A text that is what it looks like wherever it is shown: on a screen, in a log, in a spreadsheet."""
    if len(text) > LONGEST_TEXT:
        raise origin.fault((field,), "text_too_long", str(LONGEST_TEXT))
    if hidden := unseen(text, allowed=""):
        raise origin.fault((field,), "not_printable", hidden)
    if sign := formula(text):
        raise origin.fault((field,), "formula", sign)


def _check_credential(credential: CredentialForm, origin: Origin) -> None:
    """Who has to prove themselves has something to do it with."""
    for name in CREDENTIAL_NEEDS[credential.kind]:
        if not getattr(credential, name).strip():
            raise origin.fault(("credential", name), "empty_secret", f"{credential.kind} 的 {name}")
    for name in credential.__struct_fields__[1:]:
        if not getattr(credential, name).isascii() or not getattr(credential, name).isprintable():
            raise origin.fault(("credential", name), "not_ascii")
    for name, sizes in CREDENTIAL_KEYS.items():
        text = getattr(credential, name)
        if text and _key_size(text) not in sizes and not (name == "sm4_key" and len(text) in sizes):
            raise origin.fault(("credential", name), "not_a_key", name)
    if bool(credential.own_private_key) != bool(credential.own_public_key):
        missing = "own_public_key" if credential.own_private_key else "own_private_key"
        raise origin.fault(("credential", missing), "empty_secret", f"{credential.kind} 的 {missing}")
    if credential.kind is CredentialKind.WRAPPER and len(credential.key) < WRAPPER_KEY_LEAST:
        raise origin.fault(("credential", "key"), "short_app_id", str(WRAPPER_KEY_LEAST))


def _key_size(text: str) -> int:
    """How many bytes a key in hexadecimal or base64 has; 0 for what is neither."""
    try:
        return len(bytes.fromhex(text))
    except ValueError:
        try:
            return len(base64.b64decode(text, validate=True))
        except ValueError:
            return 0


def _near(origin: Origin, place: Place, day: datetime.date | None) -> None:
    if day is not None and far(day):
        raise origin.fault(place, "far_day", str(day))


def _check_days(form: PersonForm, origin: Origin) -> None:
    born = form.birthday()
    _near(origin, ("number",) if form.born is None else ("born",), born)
    for name in ("suspended_from", "suspended_until"):
        _near(origin, (name,), getattr(form, name))
    for at, enrolment in enumerate(form.enrolments):
        for name, day in (
            ("from", enrolment.from_day),
            ("until", enrolment.until),
            ("retired_on", enrolment.retired_on),
        ):
            _near(origin, ("enrolments", at, name), day)
    if born != day_of_birth(form.number):
        raise origin.fault(("born",), "born_differs")
    if form.suspended_until is not None:
        if form.suspended_from is None:
            raise origin.fault(("suspended_until",), "missing", "suspended_from")
        if form.suspended_until <= form.suspended_from:
            raise origin.fault(("suspended_until",), "day_order", "suspended_from suspended_until")
    for at, enrolment in enumerate(form.enrolments):
        if enrolment.until is not None and enrolment.until <= enrolment.from_day:
            raise origin.fault(("enrolments", at, "until"), "day_order", "from until")
        if enrolment.retired_on is not None and enrolment.retired_on <= born:
            raise origin.fault(("enrolments", at, "retired_on"), "day_order", "born retired_on")
    _check_covers(form, origin)


def _check_covers(form: PersonForm, origin: Origin) -> None:
    """A person may have two covers at once, but not the same one twice, and no two that begin on one day."""
    begun = sorted(form.enrolments, key=lambda each: each.from_day)
    for earlier, later in pairwise(begun):
        if earlier.from_day == later.from_day:
            raise origin.fault(("enrolments",), "enrolments_same_day", str(later.from_day))
    for scheme in Scheme:
        for earlier, later in pairwise(each for each in begun if each.scheme is scheme):
            if earlier.until is None or later.from_day < earlier.until:
                raise origin.fault(("enrolments",), "enrolments_overlap", str(later.from_day))


def _purses(people: list[Row[PersonForm]], sponsorships: list[Row[SponsorshipForm]]) -> list[Wanted]:
    """What every purse shall hold: everybody's in the files, and those of others whose quotas the files name."""
    frozen = _quotas(sponsorships, Mechanism.WALLET_QUOTA, "sponsor")
    wallets = _quotas(sponsorships, Mechanism.WALLET_TRANSFER, "beneficiary")
    wanted = [_wanted(row, frozen.pop(row.form.number, None), wallets.pop(row.form.number, None)) for row in people]
    for number, said in (frozen | wallets).items():
        given, received = (quotas.get(number, (None, None))[0] for quotas in (frozen, wallets))
        wanted.append(Wanted(number=number, frozen=given, wallet=received, origin=said[1]))
    return wanted


def _wanted(row: Row[PersonForm], quotas: Quotas | None, received: Quotas | None) -> Wanted:
    purse, origin, activated = row.form.purse, row.origin, row.form.activated
    frozen, wallet = (None if each is None else each[0] for each in (quotas, received))
    if purse is None:
        return Wanted(number=row.form.number, frozen=frozen, wallet=wallet, activated=activated, origin=origin)
    if purse.frozen is not None and purse.frozen != (frozen or 0):
        raise origin.fault(("purse", "frozen"), "frozen_differs", yuan(frozen or 0))
    if purse.wallet is not None and purse.wallet < (wallet or 0):
        raise origin.fault(("purse", "wallet"), "wallet_too_small", yuan(wallet or 0))
    return Wanted(
        number=row.form.number,
        current=int(purse.current),
        prior=int(purse.prior),
        frozen=frozen if purse.frozen is None else int(purse.frozen),
        wallet=wallet if purse.wallet is None else int(purse.wallet),
        activated=activated,
        origin=origin,
    )


def _quotas(sponsorships: list[Row[SponsorshipForm]], mechanism: Mechanism, side: str) -> dict[str, Quotas]:
    """The quotas of one mechanism added up for everybody on one side, with where the first of them stands."""
    sums: dict[str, Quotas] = {}
    for row in sponsorships:
        if row.form.mechanism is mechanism:
            number = getattr(row.form, side)
            amount, origin = sums.get(number, (0, row.origin))
            sums[number] = (amount + row.form.quota, origin)
    return sums
