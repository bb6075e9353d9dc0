"""`mulaid policy timeline REGION [RULES…]`: how each rule came to be what it is in a region."""

from mulaid.cli.asking import AsJson, Policies, Region, SomeRules, Strict, book_of, region_of, rules_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.usage import Commands
from mulaid.explain.spans import entry_text, sourced, span_data, span_text
from mulaid.policy.book import Book
from mulaid.policy.chronicle import Event
from mulaid.policy.history import Doubt, Span, events_of, history
from mulaid.wording import book as words
from mulaid.wording import commands
from mulaid.wording.rules import RULE_NAMES

app = Commands()


@app.command(help=commands.POLICY_TIMELINE)
def command(
    region: Region, rules: SomeRules = None, policies: Policies = None, strict: Strict = False, as_json: AsJson = False
) -> None:
    """Exit 0; 2 when the region, a rule or a policy file cannot be read."""
    book = book_of(policies, strict=strict)
    place, asked = region_of(book, region), rules_of(rules)
    named = [(rule, qualifier) for rule in asked for qualifier in book.qualifiers(rule.key)]
    told = [(rule, qualifier, history(book, place, rule.key, qualifier)) for rule, qualifier in named]
    events = events_of(book, place)
    if as_json:
        rows = [
            {
                "rule": rule.key,
                "number": rule.number,
                "name": RULE_NAMES[rule.key],
                "qualifier": qualifier,
                "spans": [_data(book, span) for span in spans],
            }
            for rule, qualifier, spans in told
            if spans
        ]
        head = {"region": place, "name": book.name(place), "digest": book.digest}
        print_json(head | {"rules": rows, "events": [_event(book, each) for each in events]})
        return
    print_lines([words.history_heading(book.name(place), place)])
    shown = [_row(book, span) for *_, spans in told for span in spans]
    silent = [rule for rule in asked if not any(rule is each and spans for each, _, spans in told)] if rules else []
    shown += [(words.qualified_name(rule.key, ()), "", words.ABSENT_TEXT, "") for rule in silent]
    print_table(words.TIMELINE_COLUMNS, shown, roomy=True, grouped=True)
    if events:
        print_lines([words.EVENTS_HEADING])
        print_table(words.EVENT_COLUMNS, [_event_row(book, each) for each in events], roomy=True)


def _event(book: Book, event: Event) -> dict[str, object]:
    source = {"source": event.source.id, "title": event.source.title, "tier": event.source.tier}
    when = {"day": event.day, "approximate": event.approximate}
    return when | {"region": event.region, "name": book.name(event.region), "says": event.says} | source


def _event_row(book: Book, event: Event) -> tuple[str, str, str, str]:
    source = words.source_text(event.source.title, event.source.tier)
    return words.event_day(event.day, event.approximate), book.name(event.region), event.says, source


def _data(book: Book, span: Span) -> dict[str, object]:
    """One stretch; `until` is the first day it no longer holds, `stated` what its own entry says."""
    more = {"until": span.end, "uncertain": span.doubt is Doubt.CHANGING, "stated": span.entry.written}
    return span_data(book, span) | more


def _row(book: Book, span: Span) -> tuple[str, str, str, str]:
    changing = span.doubt is Doubt.CHANGING
    return (
        words.qualified_name(span.key, span.qualifier),
        words.time_text(span.entry.first_day, span.end, span.entry.no_later_than),
        words.changing_text(entry_text(span.entry)) if changing else span_text(span),
        f"{book.name(span.entry.region)}：{sourced(span.entry)}",
    )
