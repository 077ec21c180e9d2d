"""What a database knows of its goods and its books, for who compares two of them."""

import json


def _rows(env, query):
    env.cr.execute(query)
    return [list(map(str, row)) for row in env.cr.fetchall()]


def take(env):
    """Quants, values, documents and moves, as text that JSON can carry."""
    env.flush_all()
    env.invalidate_all()
    products = env["product.product"].search([("is_storable", "=", True)])
    return {
        "quants": _rows(
            env,
            """SELECT p.default_code, l.complete_name, t.name,
                    sum(q.quantity)::numeric(16, 2),
                    sum(q.reserved_quantity)::numeric(16, 2)
                FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
                JOIN product_product p ON p.id = q.product_id
                LEFT JOIN stock_lot t ON t.id = q.lot_id
                GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        ),
        "values": [
            [product.default_code, product.qty_available, round(product.total_value, 2)]
            for product in products
        ],
        "documents": _rows(
            env,
            """SELECT name, move_type, state, payment_state, amount_total,
                amount_residual FROM account_move ORDER BY id""",
        ),
        "books": _rows(
            env,
            """SELECT account_id, sum(debit), sum(credit), sum(amount_residual)
                FROM account_move_line WHERE parent_state = 'posted'
                GROUP BY 1 ORDER BY 1""",
        ),
        "moves": _rows(
            env,
            """SELECT id, state, product_id, location_id, location_dest_id,
                quantity::numeric(16, 2), value::numeric(16, 2)
                FROM stock_move ORDER BY id""",
        ),
        "transfers": _rows(
            env, "SELECT name, state, origin FROM stock_picking ORDER BY id"
        ),
        "payments": _rows(
            env, "SELECT name, state, amount FROM account_payment ORDER BY id"
        ),
        "orders": _rows(
            env, "SELECT name, state, amount_total FROM sale_order ORDER BY id"
        ),
        "delivered": [
            [line.id, line.qty_delivered, line.qty_invoiced]
            for line in env["sale.order.line"].search([], order="id")
        ],
    }


def tell(**facts):
    """Print as one line that the test finds."""
    print("TOLD " + json.dumps(facts))
