"""Mix rows that wait, so that live rows of one transaction no longer belong together.

A row that waits is written in the transaction that records its author, so both have the same transaction number. Its
contents are sealed (`sealing`). In addition waiting rows are written again as a set, in a transaction of their own,
with new ids from PostgreSQL's strong random source and in the order of those ids. Apps name the table.
"""

# Waiting answers to a survey are mixed when there are this many.
BATCH = 10


def mixed_again(table: str, *, owner: str, columns: str, flag: str = "") -> str:
    """Return an SQL statement that writes rows of one owner again, under new ids and in their order.

    The parameter is named after the owner's column (`%(name)s` for `name_id`). With `flag`, the name of a column, only
    rows without it are taken, and they get it.
    """
    which, flagged, true = (f"NOT {flag}", f", {flag}", ", true") if flag else ("true", "", "")
    return f"""
WITH taken AS (
    DELETE FROM {table} WHERE {owner} = %({owner.removesuffix("_id")})s AND {which} RETURNING {owner}, {columns}
),
incoming AS MATERIALIZED (SELECT gen_random_uuid() AS id, {owner}, {columns} FROM taken)
INSERT INTO {table} (id, {owner}, {columns}{flagged})
SELECT id, {owner}, {columns}{true} FROM incoming ORDER BY id
"""  # noqa: S608 - names of columns
