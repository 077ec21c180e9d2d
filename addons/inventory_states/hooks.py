import logging

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """Give every warehouse its places, every place its state, and open the ledger."""
    locations = env["stock.location"].with_context(active_test=False).search([])
    env.add_to_compute(locations._fields["effective_state_id"], locations)
    locations.flush_recordset(["effective_state_id"])
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._create_state_locations()
    _show_locations(env, warehouses)
    env["inventory.state.change"]._create_opening_rows()


def _show_locations(env, warehouses):
    """Show locations to the users, as core does when a second warehouse is made."""
    group_user = env.ref("base.group_user")
    group_locations = env.ref("stock.group_stock_multi_locations")
    if group_locations not in group_user.implied_ids:
        group_user.write({"implied_ids": [(4, group_locations.id)]})
        warehouses.int_type_id.filtered("warehouse_id.active").active = True


def uninstall_hook(env):
    """Give core its forecast view back; places and stock stay where they are."""
    from odoo.addons.stock.report.report_stock_quantity import ReportStockQuantity

    places = env["stock.location"].search([("state_id", "!=", False)])
    names = ", ".join(places.mapped("complete_name"))
    ReportStockQuantity.init(env["report.stock.quantity"])
    _logger.info(
        "Inventory States is uninstalled. No stock was moved: these places are "
        "ordinary locations from now on, and what lies there counts as available "
        "again: %s",
        names,
    )
    # past the guards: places hold stock, and the ledger goes with the addon; what
    # still names a state would stop the states from being deleted
    env.flush_all()
    let_go(env, "inventory_state")
    env.cr.execute("DELETE FROM inventory_state_change")
    env.cr.execute("DELETE FROM inventory_state_table")
    env.cr.execute(
        "UPDATE stock_location SET state_id = NULL, effective_state_id = NULL"
    )
    env.invalidate_all()


def let_go(env, prefix):
    """Let nothing hold back the rows of an addon that is being uninstalled.

    Odoo deletes the addon's own records one model after another, and each that a row
    of another table still names is an error in the log. The columns and tables that
    name them go with the addon, so their foreign keys can go first.

    :param str prefix: of the names of the addon's tables
    """
    env.cr.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', c.conrelid::regclass,
                      c.conname)
          FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid
         WHERE c.contype = 'f' AND starts_with(t.relname, %s)
        """,
        [prefix],
    )
    for (statement,) in env.cr.fetchall():
        env.cr.execute(statement)
