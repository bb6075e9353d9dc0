"""How well sentences are read: a gold file clause by clause, and the totals."""

import datetime
from collections import Counter
from collections.abc import Sequence

import msgspec

from mulaid.cli.printing import print_json, print_lines
from mulaid.clock import china_now
from mulaid.policy.book import Book
from mulaid.policy.claims.gold import Outcome, day_in, score
from mulaid.wording import claim_answers as words

WRONG = 1
"""The exit code when a reading is wrong."""


def tell_gold(book: Book, lines: Sequence[str], day: datetime.date | None, *, as_json: bool) -> int:
    """Print the score of a gold file on `day`, else on the day its head names, else today. Returns the exit code."""
    asked = day or day_in(lines) or china_now().date()
    found = list(score(book, lines, asked))
    counted = Counter(each.outcome for each in found)
    if as_json:
        totals = {outcome: counted[outcome] for outcome in Outcome}
        clauses = [msgspec.structs.asdict(each) for each in found]
        print_json({"digest": book.digest, "on": asked, "totals": totals, "clauses": clauses})
    else:
        print_lines(words.scored_line(each.outcome, each.sentence, each.expected, each.read) for each in found)
        print_lines([words.score_line(*(counted[outcome] for outcome in Outcome))])
    return WRONG if counted[Outcome.WRONG] else 0
