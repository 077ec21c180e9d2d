"""Set-up of what data files cannot say, and the farewell."""

from odoo.addons.inventory_states.hooks import let_go


def post_init_hook(env):
    """Give each warehouse that is there already its places for the dispositions."""
    env["returns.disposition"].search([])._make_places()


def uninstall_hook(env):
    """Nothing is taken away from the books: documents, moves and quants stay."""
    env.flush_all()
    let_go(env, "returns_")
