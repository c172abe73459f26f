"""How rows lose the way back to whoever wrote them; survey answers and choices of secret ballots both go it.

What was said waits in a holding table. When enough waits, and once more at the close, it is taken as a set inside the
database, given ids that PostgreSQL draws from the system's strong source of randomness, and written in the order of
those: nothing of the order, the ids or the transactions before is left. Rooms say from where and to where.
"""

# So many wait for each other before any of them moves.
BATCH = 10


def taken_anew(table: str, *, owner: str, column: str) -> str:
    """The head of a statement: takes all rows of one owner (`%(name)s` for a column `name_id`) out of the table.

    What follows reads `said` (id, owner, column), and writes it sorted by `id`.
    """
    return f"""
WITH taken AS (DELETE FROM {table} WHERE {owner} = %({owner.removesuffix("_id")})s RETURNING {owner}, {column}),
said AS MATERIALIZED (SELECT gen_random_uuid() AS id, {owner}, {column} FROM taken)"""  # noqa: S608 - names of columns
