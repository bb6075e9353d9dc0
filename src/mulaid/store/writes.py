"""Statements that write any number of rows of one table, each row with its own region."""

from collections.abc import Mapping, Sequence

from mulaid.store.arrays import Columns, only_region
from mulaid.store.connect import Connection
from mulaid.store.ledger import expect

Row = tuple[object, ...]
"""The number of a region, then the statement's columns."""


class Write:
    """One such statement: `text` names its rows `{rows}`, their columns `{names}` and the one region of all `$1`.

    With `exact` it must reach a row for each it was given.
    """

    def __init__(self, text: str, types: Mapping[str, str], *, exact: bool = False) -> None:
        self._columns, self._exact = Columns(2, **types), exact
        self.text = text.format(rows=self._columns, names=self._columns.names)

    async def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write the rows. Raises `ledger.RowsMissing` when an exact one reaches fewer, and what the database raises."""
        status = await connection.execute(self.text, only_region(rows), *self._columns.of(rows))
        if self._exact:
            expect(status, len(rows))


def insertion(table: str, types: Mapping[str, str]) -> Write:
    """Insert new rows; one that is there already is refused by the database."""
    text = f"insert into {table} (region, {{names}}) select coalesce($1, region), {{names}} from {{rows}} as new"
    return Write(text, types)
