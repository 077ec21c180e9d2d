"""Which analytic accounts an amount is for that stands for several sold lines."""


def mixed(shares):
    """The analytic distribution of a sum, from those of its parts.

    :param shares: (amount, distribution or nothing) of each part
    :return: distribution in percent, or False where no part has one

    >>> mixed([(3, {"1": 100.0}), (1, {"2": 50.0})])
    {'1': 75.0, '2': 12.5}
    >>> mixed([(3, {"1,4": 100.0}), (1, {"1,4": 100.0})])
    {'1,4': 100.0}
    >>> mixed([(3, None)])
    False
    """
    shares = [(abs(float(amount)), spread or {}) for amount, spread in shares]
    whole = sum(amount for amount, _spread in shares)
    if len({str(sorted(spread.items())) for _amount, spread in shares}) == 1:
        return dict(shares[0][1]) or False
    parts = {}
    for amount, spread in shares if whole else ():
        for accounts, percent in spread.items():
            parts[accounts] = parts.get(accounts, 0.0) + percent * amount
    return {key: round(part / whole, 2) for key, part in parts.items()} or False
