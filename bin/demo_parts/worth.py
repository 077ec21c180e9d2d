"""What finance has set: what returned goods still bring, and what a step costs.

The accounts are those that the addons took from the company's chart.
"""

#: Percent of the sales price that a unit brings by its condition, and the cost to sell.
BRINGS = {"C": (35, 0.10), "D": (15, 0.10), "X": (0, 0)}
#: Minutes of each step, for each unit or each return; what an hour costs.
MINUTES = {"request": 2, "receive": 0.2, "inspect": 0.5, "route": 0.1, "settle": 2}
HOUR = 24


def set_up(env):
    """Fill the two tables of finance."""
    env.company.returns_hour_cost = HOUR
    conditions = env["returns.condition"].search([("code", "in", list(BRINGS))])
    env["returns.write.down.rule"].create(
        [
            {
                "condition_id": condition.id,
                "basis": "list",
                "percent": BRINGS[condition.code][0],
                "selling_cost": BRINGS[condition.code][1],
            }
            for condition in conditions
        ]
    )
    env["returns.labour"].create(
        [{"step": step, "minutes": minutes} for step, minutes in MINUTES.items()]
    )
