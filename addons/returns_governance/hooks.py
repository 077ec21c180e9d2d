"""Set-up of what data files cannot say, and the farewell."""

from odoo.addons.inventory_states.hooks import let_go


def post_init_hook(env):
    """Give each warehouse that is there already its places for the dispositions."""
    env["returns.disposition"].search([])._make_places()


def uninstall_hook(env):
    """Nothing is taken away from the books: documents, moves and quants stay."""
    env.flush_all()
    _keep_fee_products(env)
    let_go(env, "returns_")


def _keep_fee_products(env):
    """Products of fees that are in the books are the company's from now on."""
    own = env["ir.model.data"].search(
        [
            ("module", "=", "returns_governance"),
            ("model", "in", ("product.product", "product.template")),
        ]
    )
    ids = own.filtered(lambda row: row.model == "product.product").mapped("res_id")
    items = env["account.move.line"].search([("product_id", "in", ids)])
    used = items.product_id
    own.filtered(
        lambda row: (
            row.res_id
            in (used if row.model == "product.product" else used.product_tmpl_id).ids
        )
    ).unlink()
