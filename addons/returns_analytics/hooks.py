"""What installing does beyond making tables."""


def post_init_hook(env):
    """Take in the returns and deliveries that are there already."""
    env["returns.fact.refresh"]._rebuild()
