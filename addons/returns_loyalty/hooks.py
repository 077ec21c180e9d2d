"""What the installation sets up."""


def post_init_hook(env):
    """Set store credit up for each company that has a chart of accounts."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    for company in companies.filtered(lambda known: not known.parent_id):
        company._returns_set_up_credit()
