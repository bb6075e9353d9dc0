"""Play the steps of a story on its stage, and compare what came of each with what was expected."""

import datetime
from typing import Any

import msgspec

from mulaid.cli.stage import Stage, actor_of
from mulaid.intake.story_form import ExpectForm, StepForm
from mulaid.outside.identity import SandboxVerifier, Sought, proof_of
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.households import still_counting
from mulaid.procedures.sponsorship.requests import (
    BindRequest,
    ChangeRequest,
    ConfirmRequest,
    ContributeRequest,
    DeclineRequest,
    EndPowerRequest,
    EndRequest,
    GivePowerRequest,
    LeaveRequest,
    LinkRequest,
    ProposeRequest,
    ResumeRequest,
    SubmitRequest,
    SuspendRequest,
    WithdrawProposalRequest,
)
from mulaid.procedures.table import act_of
from mulaid.procedures.till.quote import quote
from mulaid.procedures.till.requests import CancelRequest, QuoteInquiry, SettleRequest
from mulaid.store import people, registry
from mulaid.store.rows import Sponsorship
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.terms.bill_case import BOTH_USES, Bill, Caps
from mulaid.terms.codes import Kinship, Mechanism, Use
from mulaid.terms.identity import IdentityProof
from mulaid.terms.money import yuan
from mulaid.terms.sponsorship_case import Asker, Evidence

_PAIRS = {
    "submit": SubmitRequest,
    "decline": DeclineRequest,
    "withdraw": WithdrawProposalRequest,
    "suspend": SuspendRequest,
    "resume": ResumeRequest,
}
_BENEFICIARYS = frozenset({"confirm", "decline"})
_CHECKED = frozenset({"propose", "submit", "confirm"})


class Played(msgspec.Struct):
    """What became of one step."""

    n: int
    do: str
    on: datetime.date
    act: str = ""
    """Which act of the table it was; empty when it was none."""
    again: bool = False
    refused: str | None = None
    differs: list[str] = []
    result: dict[str, Any] = {}

    @property
    def ok(self) -> bool:
        return not self.differs


class Player:
    """Remembers what the steps have made."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cases: dict[str, Settled] = {}
        self.places: dict[str, tuple[str, str]] = {}
        """Where each bill was settled: region and institution."""
        self.last: tuple[Any, Actor, Channel, str] | None = None

    async def play(self, n: int, step: StepForm) -> Played:
        """One step, and what it was expected to leave."""
        stage = self.stage
        await stage.to(datetime.datetime.combine(step.on, step.at, stage.moment.tzinfo))
        played = Played(n, step.do, step.on, again=step.again, differs=[], result={})
        answer = await self._answer(step, played)
        if isinstance(answer, Refused):
            played.refused = answer.code
        await self._compare(step.expect or ExpectForm(), answer, played)
        return played

    async def _answer(self, step: StepForm, played: Played) -> Any:
        if step.do == "wait":
            return None
        if step.again and self.last is not None:
            request, actor, channel, message_id = self.last
        else:
            request, actor, channel = await self._request(step)
            message_id = f"step-{played.n}"
            self.last = request, actor, channel, message_id
        if isinstance(request, QuoteInquiry):
            origin = Origin(actor, channel, message_id, "quote", bytes(32))
            return await quote(self.stage.connection, self.stage.bureau, request, origin, self.stage.moment)
        played.act = act_of(request).name
        answer = await self.stage.carry(request, actor, channel, message_id)
        if step.again and not isinstance(answer, Refused) and not answer.replayed:
            played.differs.append("sent again, it was done again")
        if isinstance(answer, Settled) and step.id:
            self.cases[step.id] = answer
        return answer

    async def _request(self, step: StepForm) -> tuple[Any, Actor, Channel]:
        if step.do in ("settle", "quote"):
            return await self._bill(step)
        if step.do == "cancel":
            case = self.cases[step.of]
            request = CancelRequest(
                case_region=case.patient.region, case_id=case.case_id or 0, patient=case.patient.person
            )
            return request, Actor(Role.INSTITUTION, *self.places[step.of]), Channel.TILL
        actor, channel = self._actor(step)
        proof = await self._proof(actor) if step.do in _CHECKED and channel is Channel.PHONE else None
        return self._of_relation(step, actor, proof), actor, channel

    async def _bill(self, step: StepForm) -> tuple[Any, Actor, Channel]:
        region, person = self.stage.people[step.patient]
        name = step.institution or ("pharmacy" if step.use is Use.PHARMACY else "hospital")
        place = self.stage.institutions[name]
        form = step.bill
        assert form is not None
        rest = form.upfront_share + form.over_price_limit + form.excluded
        bill = Bill(
            total=int(form.total),
            in_scope=int(form.total - rest if form.in_scope is None else form.in_scope),
            upfront_share=int(form.upfront_share),
            over_price_limit=int(form.over_price_limit),
            excluded=int(form.excluded),
            barred=int(form.barred),
        )
        request = SettleRequest(
            patient_region=region,
            patient=person,
            use=step.use,
            day=step.on,
            accounts=step.accounts,
            bill=bill,
            credential=step.credential,
            chosen=None if step.chosen is None else await self._chosen(step),
            funds_given=None if step.funds is None else int(step.funds.paid),
        )
        self.places[step.id] = place
        actor = Actor(Role.INSTITUTION, *place)
        return (QuoteInquiry(bill=request) if step.do == "quote" else request), actor, Channel.TILL

    async def _chosen(self, step: StepForm) -> tuple[int, ...]:
        """Payer numbers as a quote would show them: in the order bound."""
        patient = self.stage.people[step.patient]
        pointers = await registry.pointers(self.stage.connection, [patient])
        order = [(each.sponsor_region, each.sponsor) for each in sorted(pointers, key=lambda each: each.bound_at)]
        known = list(dict.fromkeys(order))
        return tuple(known.index(self.stage.people[name]) + 1 for name in step.chosen or ())

    def _actor(self, step: StepForm) -> tuple[Actor, Channel]:
        """Who asks: by default the one whose act it is."""
        usual = {"contribute": step.person, "leave": step.person, "power": step.person, "end_power": step.person}
        own = step.beneficiary if step.do in _BENEFICIARYS else usual.get(step.do, step.sponsor)
        region = self.stage.people[step.sponsor or step.person][0]
        if step.do == "bind" or step.by == "counter" or step.guardian or step.kind == "guardian":
            return Actor(Role.CLERK, region, "jingban"), Channel.COUNTER
        if step.by == "supervisor":
            return Actor(Role.SUPERVISOR, region, "zhuguan"), Channel.COUNTER
        who = self.stage.people[step.by or own]
        if not step.by or step.by == own or step.do in ("end", "change"):
            return actor_of(who), Channel.PHONE
        role = Role.GUARDIAN if step.do in _BENEFICIARYS else Role.DELEGATE
        return actor_of(who, role, self.stage.people[own]), Channel.PHONE

    async def _proof(self, actor: Actor) -> IdentityProof | None:
        assert actor.person is not None
        sought = Sought("", "")
        return await proof_of(SandboxVerifier(), self.stage.bureau.seal, actor.person, sought, self.stage.moment)

    def _of_relation(self, step: StepForm, actor: Actor, proof: IdentityProof | None) -> Any:
        known = self.stage.people
        if step.do in ("contribute", "leave"):
            person, holder = known[step.person], known[step.pool]
            if step.do == "leave":
                return LeaveRequest(person=person, holder=holder)
            return ContributeRequest(person=person, holder=holder, amount=int(step.amount))
        if step.do in ("power", "end_power"):
            person, holder = known[step.person], known[step.to]
            if step.do == "end_power":
                return EndPowerRequest(person=person, holder=holder)
            guardian = step.kind == "guardian"
            return GivePowerRequest(person=person, holder=holder, guardian=guardian, until=step.until)
        two: dict[str, Any] = {"sponsor": known[step.sponsor], "beneficiary": known[step.beneficiary]}
        if step.do in ("bind", "propose"):
            return _offer(step, two, proof, known.get(step.guardian))
        if step.do == "link":
            return LinkRequest(**two, stands=step.stands)
        two["mechanism"] = step.mechanism
        by = Asker.BENEFICIARY if step.by and known.get(step.by) == two["beneficiary"] else Asker.SPONSOR
        if step.do == "end":
            return EndRequest(**two, by=by)
        if step.do == "change":
            caps = _caps(step)
            until = step.until if step.until is not None else msgspec.UNSET
            uses = None if step.uses is None else frozenset(step.uses)
            quota = None if step.quota is None else int(step.quota)
            return ChangeRequest(
                **two, rank=step.rank, caps=caps if caps != Caps() else None, uses=uses, until=until, quota=quota, by=by
            )
        if step.do == "confirm":
            return ConfirmRequest(**two, identity=proof)
        if step.do == "submit":
            return SubmitRequest(**two, identity=proof)
        return _PAIRS[step.do](**two)

    async def _compare(self, expect: ExpectForm, answer: Any, played: Played) -> None:
        """Write down what is otherwise than expected. A step without a word must have succeeded."""
        found = await self._found(expect, answer)
        wanted = {name: value for name, value in msgspec.structs.asdict(expect).items() if value is not None}
        if expect.refused is None and expect.accepted is not False and played.refused is not None:
            played.differs.append(f"refused: {played.refused}")
        for name, value in wanted.items():
            shown, has = _shown(value), found.get(name)
            if isinstance(shown, dict) and name not in ("by", "skipped") and isinstance(has, dict):
                has = {key: has.get(key) for key in shown}
                if name == "used":
                    has = {key: {span: (has[key] or {}).get(span) for span in shown[key]} for key in shown}
            if shown != has:
                played.differs.append(f"{name}: {shown} / {has}")
        played.result = found

    async def _found(self, expect: ExpectForm, answer: Any) -> dict[str, Any]:
        refused = answer.code if isinstance(answer, Refused) else None
        found: dict[str, Any] = {"accepted": refused is None, "refused": refused}
        if isinstance(answer, Settled):
            outcome = answer.outcome
            found |= {
                "funds": yuan(outcome.funds_paid),
                "own": yuan(outcome.own),
                "mutual": yuan(outcome.mutual),
                "cash": yuan(outcome.cash),
            }
            if expect.by is not None or expect.skipped is not None:
                names = await self._sponsors_of((answer.patient.region, answer.patient.person))
                found["by"] = {names[draw.sponsor]: yuan(draw.amount) for draw in outcome.draws}
                found["skipped"] = {names[at]: str(skip) for at, skip in outcome.skipped}
        for name in ("state", "day", "returned"):
            value = getattr(answer, name, None)
            found[name] = yuan(value) if name == "returned" and value is not None else value
        for name in ("balances", "frozen", "pools", "states", "used"):
            if getattr(expect, name) is not None:
                found[name] = await getattr(self, f"_{name}")()
        return found

    async def _sponsors_of(self, patient: tuple[str, int]) -> list[str]:
        """Names by the position a decision has given them: the newest of each mechanism, in the order bound."""
        pointers = await registry.pointers(self.stage.connection, [patient])
        pairs = list({(each.sponsor_region, each.sponsor, each.beneficiary) for each in pointers})
        rows = await registry.sponsors(self.stage.connection, pairs, self.stage.moment.date()) if pairs else []
        newest = {(region, row.sponsor, row.mechanism): (region, row) for region, row, _ in rows}
        order = sorted(newest.values(), key=lambda each: (each[1].bound_at, each[1].sponsor))
        names = {key: name for name, key in self.stage.people.items()}
        return [names[region, row.sponsor] for region, row in order]

    async def _purses(self) -> dict[str, Any]:
        found = await registry.read_purses(self.stage.connection, self.stage.people.values())
        return {name: found[key] for name, key in self.stage.people.items()}

    async def _balances(self) -> dict[str, str]:
        return {name: yuan(purse.free) for name, purse in (await self._purses()).items()}

    async def _frozen(self) -> dict[str, str]:
        return {name: yuan(purse.frozen) for name, purse in (await self._purses()).items()}

    async def _relations(self) -> dict[str, Sponsorship]:
        """The newest relation of each pair."""
        names = {key: name for name, key in self.stage.people.items()}
        found = {}
        for name, key in self.stage.people.items():
            for row in await people.sponsorships(self.stage.connection, *key):
                found[f"{name}>{names[row.beneficiary_region, row.beneficiary]}"] = row
        return found

    async def _states(self) -> dict[str, str]:
        return {pair: row.state.value for pair, row in (await self._relations()).items()}

    async def _used(self) -> dict[str, dict[str, str]]:
        today = self.stage.moment.date()
        spans = ("day", "month", "year")
        return {
            pair: dict(zip(spans, map(yuan, still_counting(row, today)), strict=True))
            for pair, row in (await self._relations()).items()
        }

    async def _pools(self) -> dict[str, str]:
        """By the holder's name."""
        pools = {}
        for pair, row in (await self._relations()).items():
            name = pair.partition(">")[0]
            if row.mechanism is Mechanism.POOL and row.pool is not None:
                key = self.stage.people[name][0], row.pool
                pools[name] = yuan((await registry.read_purses(self.stage.connection, [key]))[key].current)
        return pools


def _caps(step: StepForm) -> Caps:
    """The limits of a step, in fen that an act may hold."""
    windows = ("payment", "day", "month", "year")
    given = {window: getattr(step, f"limit_{window}") for window in windows}
    return Caps(scope=step.limit_scope, **{name: None if cap is None else int(cap) for name, cap in given.items()})


def _offer(step: StepForm, two: dict[str, Any], proof: IdentityProof | None, guardian: Any) -> Any:
    fields = {
        **two,
        "kinship": step.kinship or Kinship.OTHER,
        "mechanism": step.mechanism or Mechanism.INSTANT_DRAW,
        "evidence": step.evidence,
        "documents": step.evidence is Evidence.DOCUMENTS,
        "rank": 1 if step.rank is None else step.rank,
        "until": step.until,
        "caps": _caps(step),
        "uses": BOTH_USES if step.uses is None else frozenset(step.uses),
        "quota": int(step.quota or 0),
    }
    if step.do == "bind":
        return BindRequest(**fields, guardian=guardian)
    return ProposeRequest(**fields, submit=step.submit, identity=proof)


def _shown(value: Any) -> Any:
    """An expected value as it is found."""
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    return value if isinstance(value, bool | str | datetime.date) else yuan(value)
