"""The policy a case was decided by, kept by its digest for ever, so that any decision can be made again."""

from mulaid.store.connect import Connection

# A digest names its body, so a second writer of the same has nothing to add.
KEEP = "insert into policy_version (digest, body) values ($1, $2) on conflict do nothing"

BODY = "select body from policy_version where digest = $1"


async def keep(connection: Connection, digest: str, body: bytes) -> None:
    """Keep a policy unless it is kept already."""
    await connection.execute(KEEP, digest, body)


async def body(connection: Connection, digest: str) -> bytes | None:
    """The policy with this digest, or None."""
    found: bytes | None = await connection.fetchval(BODY, digest)
    return found
