"""What installing does beyond making tables."""


def post_init_hook(env):
    """Take in the returns and deliveries that are there already, and propose the
    accounts that a chart offers."""
    env["returns.fact.refresh"]._rebuild()
    env["res.company"]._returns_propose_all()
