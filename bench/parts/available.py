"""Availability of 1,000 products, with our addons and in bare Odoo."""

from statistics import median

from bench import measure

PRODUCTS = 1_000
FIELDS = ("qty_available", "virtual_available", "free_qty", "incoming_qty")


def run(databases, report, rounds):
    """Read the quantities in both databases in turn."""
    found = {name: [] for name in ("native", "ours")}
    queries = {}
    with (
        measure.transaction(databases["native"]) as bare,
        measure.transaction(databases["ours"]) as ours,
    ):
        shops = {"native": _stock(bare(su=True)), "ours": _stock(ours(su=True))}
        for number in range(rounds + 1):
            for name, (products, clock) in shops.items():
                spent, queries[name] = _read(products, clock)
                if number:
                    found[name].append(spent)
    bare, mine = (median(found[name]) for name in ("native", "ours"))
    rows = [("", "ms", "queries"), ("bare Odoo", bare, queries["native"])]
    rows.append(("with our addons", mine, queries["ours"]))
    report.section(f"Availability of {PRODUCTS:,} products", rows)


def _stock(env):
    """Products with some units each, and a clock for their database."""
    stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
    products = env["product.product"].create(
        [{"name": f"A{n}", "is_storable": True} for n in range(PRODUCTS)]
    )
    counted = [
        {
            "product_id": product.id,
            "location_id": stock.id,
            "inventory_quantity": 5.0,
        }
        for product in products
    ]
    quants = env["stock.quant"].with_context(inventory_mode=True)
    quants.create(counted).action_apply_inventory()
    return products, measure.Clock(env.cr)


def _read(products, clock):
    """(milliseconds, queries) to read the quantities anew."""
    env = products.env
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, clock()
    for name in FIELDS:
        products.mapped(name)
    return 1000.0 * (clock() - start), env.cr.sql_log_count - queries
