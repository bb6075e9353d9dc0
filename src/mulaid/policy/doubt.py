"""What is certain of a rule nobody knows, from the values it could have: its candidates.

A set is certain of what all candidates hold, a count of what all allow; of an amount the smallest and the largest stand
for all, because every rule with an amount is monotone. What is left open is for the decision to try
(`decide.agreement`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from mulaid.policy.rules import BY_KEY
from mulaid.policy.ruling import Ruling
from mulaid.policy.shapes import count, money


def narrowed(ruling: Ruling, candidates: Sequence[Any], stated: Sequence[Any]) -> Ruling:
    """An unknown ruling with what its candidates agree on.

    `stated` are those its own entry lists. One alone is all that anybody says of the rule, and so decides; one that was
    only found somewhere in the country says nothing about this place.
    """
    if not candidates:
        return ruling
    if len(stated) == 1:
        return msgspec.structs.replace(ruling, value=stated[0])
    shape = BY_KEY[ruling.key].shape if ruling.key else None
    if shape is count:
        several = tuple(candidates) if len(candidates) > 1 else ()
        return msgspec.structs.replace(ruling, least=max(ruling.least, min(candidates)), candidates=several)
    if all(isinstance(each, frozenset) for each in candidates):
        certain = frozenset.intersection(*candidates) if len(candidates) > 1 else frozenset()
        return msgspec.structs.replace(ruling, value=certain, maybe=frozenset().union(*candidates) - certain)
    if len(candidates) == 1:
        return ruling
    if shape is money:
        candidates = sorted({min(candidates), max(candidates)})
    return msgspec.structs.replace(ruling, candidates=tuple(candidates))
