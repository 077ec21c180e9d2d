"""How many people have to say yes, and of which role.

A *chain* is a list of ``(above, role)``: who decides, one after another, and above
which amount. Chains come from the policy of each line and from the company's table of
authority; what a question needs is their union.
"""

from collections import Counter


def applies(above, amount):
    """Whether a limit asks for a decision; a limit of nothing always does.

    >>> applies(500, 500), applies(500, 500.01), applies(0, 0)
    (False, True, True)
    """
    return not above or amount > above


def reached(chain, amount):
    """The part of a chain that an amount reaches, the lowest limit first.

    >>> reached([(500, 'manager'), (100, 'warehouse_lead'), (5000, 'finance')], 700)
    [(100, 'warehouse_lead'), (500, 'manager')]
    """
    return sorted(
        (level for level in chain if applies(level[0], amount)),
        key=lambda level: level[0],
    )


def policy_chain(limit, levels, amount):
    """What a policy asks for: its levels or, where it has none, one manager.

    >>> policy_chain(500, [], 720)
    [(500, 'manager')]
    >>> policy_chain(None, [(500, 'manager'), (5000, 'finance')], 720)
    [(500, 'manager')]
    >>> policy_chain(500, [(5000, 'finance')], 720)
    [(500, 'manager')]
    >>> policy_chain(500, [], 500), policy_chain(None, [], 720)
    ([], [])
    """
    chain = [level for level in reached(levels, amount) if amount > level[0]]
    if not chain and limit is not None and amount > limit:
        return [(limit, "manager")]
    return chain


def merge(chains):
    """One chain that satisfies all: each role as often as the one that needs it most.

    >>> merge([[(500, 'manager')], [(100, 'warehouse_lead'), (400, 'manager')]])
    [(100, 'warehouse_lead'), (400, 'manager')]
    >>> merge([[(500, 'manager'), (500, 'manager')], [(200, 'manager')]])
    [(200, 'manager'), (500, 'manager')]
    """
    needed = Counter()
    limits = {}
    for chain in chains:
        needed |= Counter(role for _above, role in chain)
        for above, role in chain:
            limits.setdefault(role, []).append(above)
    merged = []
    for role, times in needed.items():
        lowest = sorted(limits[role])
        # The k-th of a role is asked from the k-th lowest limit on.
        merged += [(lowest[min(k, len(lowest) - 1)], role) for k in range(times)]
    order = {role: place for place, role in enumerate(needed)}
    return sorted(merged, key=lambda level: (level[0], order[level[1]]))
