"""Where what a return costs and earns belongs, for the analytic accounts."""


def spread(shares):
    """The analytic distribution of several sold lines, by what each has a part of.

    :param shares: (sale line, its weight) each
    :return: ``{account ids: percent}``, or False where the sale had none
    """
    shares = [(line, float(weight)) for line, weight in shares if weight]
    whole = sum(weight for _line, weight in shares)
    found = {}
    for line, weight in shares:
        for key, percent in (line.analytic_distribution or {}).items():
            found[key] = found.get(key, 0.0) + percent * weight / whole
    return {key: round(percent, 2) for key, percent in found.items()} or False
