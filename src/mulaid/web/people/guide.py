"""办事指南: what the book knows of how something is done in a region, as one sheet of paper. Nothing is made up."""

from typing import Any

from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import Span, spans_on
from mulaid.policy.rules import BY_KEY
from mulaid.web import render
from mulaid.web.asked import Form
from mulaid.web.book import addresses, telling
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording.notices import channel_text
from mulaid.wording.pages import guide as words

TASKS = {
    "bind": (
        *("binding_open", "relations_allowed", "territory", "max_members", "consent_mode", "consent_age"),
        *("evidence_mode", "e_voucher_required", "opening_balance", "effective_timing"),
    ),
    "end": ("unbind_by", "unbind_effect", "min_bound_days", "max_changes_per_year", "rebind_cooldown_days"),
    "pay": (
        *("own_credential_only", "own_account_rule", "sponsor_order_rule", "confirm_mode", "reswipe_minutes"),
        *("uses", "forbidden_uses"),
    ),
    "premium": ("premium_amount", "premium_season", "premium_balance"),
    "wallet": ("wallet_open", "wallet_hours", "wallet_daily_count", "wallet_transfer_ceiling", "wallet_return_by"),
    "claim": ("manual_claim_supported", "refund_rule"),
    "agent": ("agent_papers_required", "own_credential_only"),
}
"""What one has to know to do a thing: the rules of the book, in the order they are asked."""
WITH_CHANNELS = frozenset({"bind", "end"})
EASIEST = ("app", "mini_program", "wechat", "alipay", "website", "bank", "counter", "hotline")
"""Ways to do it, from the one that takes the least trouble."""


def show(visit: Visit) -> Answer:
    """One task in one region."""
    form = Form(visit)
    region, task = form.region("region", NATIONAL), form.word("task", TASKS, "bind")
    book = visit.library.book
    spans = list(spans_on(book, region, visit.day, [BY_KEY[key] for key in TASKS[task]]))
    known = [span for span in spans if telling.known(span) and not span.qualifier]
    said = {span.key for span in known}
    ways = _ways(visit, region) if task in WITH_CHANNELS else []
    return render.page(
        visit,
        "elder/guide.html" if visit.look.elder else "people/guide.html",
        {
            "words": words,
            "faults": form.faults,
            "region": "" if region == NATIONAL else book.name(region),
            "place": book.name(region),
            "task": task,
            "tasks": words.TASKS,
            "heading": words.heading(words.TASKS[task], None if region == NATIONAL else book.name(region)),
            "names": sorted(book.regions[each].name for each in visit.library.regions),
            "ways": [channel_text(each) for each in ways if not each.misleading],
            "misleading": [channel_text(each) for each in ways if each.misleading],
            "asks_where": task in WITH_CHANNELS,
            "rows": [_row(visit, span) for span in known],
            "unknown": [_unknown(spans, key) for key in TASKS[task] if key not in said],
            "of_region": addresses.of_region(region),
        },
    )


def _ways(visit: Visit, region: str) -> list[Any]:
    """The channels that the book knows here, the easiest first."""
    found = [span for span in spans_on(visit.library.book, region, visit.day, [BY_KEY["channels"]])]
    channels = [each for span in found if span.ruling.known and not span.qualifier for each in span.ruling.value]
    return sorted(channels, key=lambda each: EASIEST.index(each.kind))


def _unknown(spans: list[Span], key: str) -> str:
    """A rule that no source speaks of, with what is done meanwhile."""
    named = book_words.qualified_name(key, ())
    meanwhile = next(
        (telling.told(span) for span in spans if span.key == key and not span.qualifier and span.ruling.known), ""
    )
    return f"{named}（{meanwhile}）" if meanwhile else named


def _row(visit: Visit, span: Span) -> dict[str, Any]:
    return {
        "name": book_words.qualified_name(span.key, span.qualifier),
        "text": telling.told(span),
        "basis": telling.basis(visit.library.book, span.entry, opened=False),
    }
