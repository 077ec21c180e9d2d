"""How the checks read the database, and how exact they are."""

#: Money is rounded to the penny on each move and each entry.
CENT = 0.01
#: Units are whole here; this is for sums of floats.
UNIT = 0.001


def rows(env, query, *values):
    """The rows of a query."""
    env.cr.execute(query, values)
    return env.cr.fetchall()
