"""Remove the link between rows and their authors, for survey answers and choices in secret ballots.

Rows wait in a holding table. When there are enough of them, and again at the close, they are moved as one set inside
the database, with new ids from PostgreSQL's strong random source, and written in the order of those ids. Nothing of
their earlier order, ids or transactions remains. Apps name the source and the target.
"""

# Before the close, rows are moved only if at least this many are waiting.
BATCH = 10


def taken_with_new_ids(table: str, *, owner: str, column: str) -> str:
    """Return the beginning of an SQL statement that takes all rows of one owner from `table` and gives them new ids.

    The parameter is named after the owner's column (`%(name)s` for `name_id`). The rest of the statement reads the rows
    from `incoming` (id, owner, column) and writes them sorted by `id`.
    """
    return f"""
WITH taken AS (DELETE FROM {table} WHERE {owner} = %({owner.removesuffix("_id")})s RETURNING {owner}, {column}),
incoming AS MATERIALIZED (SELECT gen_random_uuid() AS id, {owner}, {column} FROM taken)"""  # noqa: S608 - names of columns
