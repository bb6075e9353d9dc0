"""`mulaid policy show REGION [RULES…] --on DAY`: every rule that holds in a region on a day, and who says so."""

from mulaid.cli.asking import AsJson, OnDay, Policies, Region, SomeRules, Strict, book_of, day_of, region_of, rules_of
from mulaid.cli.printing import print_json, print_lines, print_table
from mulaid.cli.spans import sourced, span_data, span_text
from mulaid.cli.usage import Commands
from mulaid.policy.history import spans_on
from mulaid.wording import book as words
from mulaid.wording import commands

app = Commands()


@app.command(help=commands.POLICY_SHOW)
def command(
    region: Region,
    rules: SomeRules = None,
    on: OnDay = "",
    policies: Policies = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0; 2 when the region, a rule, the day or a policy file cannot be read."""
    book = book_of(policies, strict=strict)
    place, asked, day = region_of(book, region), rules_of(rules), day_of(on)
    spans = list(spans_on(book, place, day, asked))
    if as_json:
        head = {"region": place, "name": book.name(place), "on": day, "digest": book.digest}
        print_json(head | {"values": [span_data(book, span) for span in spans]})
        return
    print_lines([words.heading(book.name(place), place, day)])
    rows = []
    for span in spans:
        entry = span.entry
        first = words.from_text(entry.first_day, entry.no_later_than)
        rows.append((words.qualified_name(span.key, span.qualifier), span_text(span), first, sourced(entry)))
    said = {span.key for span in spans}
    silent = [rule.key for rule in asked if rule.key not in said] if rules else []
    rows += [(words.qualified_name(key, ()), words.ABSENT_TEXT, "", "") for key in silent]
    print_table(words.SHOW_COLUMNS, rows, roomy=True)
