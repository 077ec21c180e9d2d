"""Loads the shop of ``data/retail`` into the tables of Odoo, by statements.

What the shop did not record (channel, node, carrier, supplier, reason, grade,
disposition) is drawn from the numbers of its rows, the same in each run. Each returned
line is written many times over, and so is the quantity that was sold, so that the rates
stay those of the shop. Only rows that a panel or its live question reads are written:
nothing here can be booked or opened as a document would be.
"""

import csv
import gzip
import io
import re
from pathlib import Path

from ground.console import progress

RETAIL = Path(__file__).resolve().parents[1] / "data" / "retail"
PRODUCT = re.compile(r"^\d{5}")
TABLES = (
    "sale_order",
    "sale_order_line",
    "stock_move",
    "returns_order",
    "returns_sold_line",
    "returns_order_line",
    "returns_receipt",
    "returns_inspection",
    "returns_routing",
    "returns_fact",
    "returns_fact_sold",
    "returns_fact_summary",
)
COUNTRY = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE",
    "Brazil": "BR", "Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY",
    "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Greece": "GR", "Hong Kong": "HK",
    "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB",
    "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO",
    "Poland": "PL", "Portugal": "PT", "RSA": "ZA", "Saudi Arabia": "SA",
    "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH",
    "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}  # fmt: skip


def load(env, lines):
    """Load everything, with so many return lines."""
    env.cr.execute("SET session_replication_role = replica")
    with progress("reading the shop"):
        sold = read_sold()
        back = read_back(sold)
    copies = -(-lines // len(back))
    with progress("writing products, customers and nodes"):
        keys = Keys(env, sold)
    with progress(f"writing {len(sold):,} sold lines"):
        write_sold(env, sold, keys, copies)
    with progress(f"writing {lines:,} return lines: {len(back):,}, {copies} times"):
        write_back(env, back, keys, copies, lines)
    env.cr.execute("SET session_replication_role = origin")


def rows(name):
    """The rows of a file of the data set."""
    path = RETAIL / f"{name}.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def read_sold():
    """{(invoice, code): [quantity, worth, date, customer, country]} of goods sold."""
    sold = {}
    for row in rows("online_retail"):
        quantity, code = int(row["Quantity"]), row["StockCode"].upper()
        if quantity <= 0 or not PRODUCT.match(code):
            continue
        key = row["InvoiceNo"], code
        line = sold.setdefault(
            key, [0, 0.0, row["InvoiceDate"], row["CustomerID"], row["Country"]]
        )
        line[0] += quantity
        line[1] += quantity * float(row["UnitPrice"])
    return sold


def read_back(sold):
    """(return, date, invoice, code, quantity, amount) of each return with its sale."""
    return [
        (
            row["return_invoice"],
            row["return_date"],
            row["sale_invoice"],
            row["stock_code"].upper(),
            int(row["quantity"]),
            int(row["quantity"]) * float(row["unit_price"]),
        )
        for row in rows("online_retail_returns")
        if row["matched"] == "1"
        and (row["sale_invoice"], row["stock_code"].upper()) in sold
    ]


class Keys:
    """Master data of the shop: ids by the shop's own names."""

    def __init__(self, env, sold):
        self.company = env.company
        self.product = self._products(env, sorted({code for _invoice, code in sold}))
        self.partner = self._partners(env, sold)
        self.channels = env["returns.channel"].search([]).ids
        self.nodes = self._nodes(env)
        self.carriers = (
            env["delivery.carrier"]
            .create(
                [
                    {"name": name, "product_id": next(iter(self.product.values()))[0]}
                    for name in ("UPS", "DHL", "Royal Mail")
                ]
            )
            .ids
        )
        self.reasons = env["returns.reason"].search([]).ids
        self.dispositions = env["returns.disposition"].search([]).ids
        self.condition = env["returns.condition"].search([], limit=1).id
        self.stock = env["stock.warehouse"].search([], limit=1).lot_stock_id.id
        self.customers = env.ref("stock.stock_location_customers").id

    def _products(self, env, codes):
        """{code: (product, unit)}; a category for the first two digits of the code."""
        groups = sorted({code[:2] for code in codes})
        made = env["product.category"].create([{"name": f"Range {g}"} for g in groups])
        category = dict(zip(groups, made.ids, strict=True))
        vendors = env["res.partner"].create(
            [{"name": f"Vendor {n}"} for n in range(40)]
        )
        products = env["product.product"].create(
            [
                {
                    "name": code,
                    "default_code": code,
                    "is_storable": True,
                    "categ_id": category[code[:2]],
                    "seller_ids": [
                        (0, 0, {"partner_id": vendors[spread(code, 40)].id})
                    ],
                }
                for code in codes
            ]
        )
        return {p.default_code: (p.id, p.uom_id.id) for p in products}

    def _partners(self, env, sold):
        """{(customer, country): partner}; who gave no number is one per country."""
        codes = {c.code: c.id for c in env["res.country"].search([])}
        who = sorted({(line[3], line[4]) for line in sold.values()})
        made = env["res.partner"].create(
            [
                {
                    "name": f"Customer {number or country}",
                    "country_id": codes.get(COUNTRY.get(country)),
                }
                for number, country in who
            ]
        )
        return dict(zip(who, made.ids, strict=True))

    def _nodes(self, env):
        first = env["stock.warehouse"].search([], limit=1)
        more = env["stock.warehouse"].create(
            [{"name": f"Node {n}", "code": f"NODE{n}"} for n in (2, 3, 4)]
        )
        return [first.id, *more.ids]


def spread(text, count):
    """A number below ``count`` that a text always gives."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(text)) % count


def copy(env, table, columns, lines):
    """Write rows by COPY."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(lines)
    text.seek(0)
    env.cr._obj.copy_expert(
        f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv)", text
    )


def write_sold(env, sold, keys, copies):
    """Orders, their lines, and the moves that sent them out."""
    env.cr.execute(
        "CREATE TEMP TABLE shop_sold (id int, invoice text, code text, product int,"
        " unit int, quantity numeric, price numeric, at timestamp, partner int,"
        " channel int, node int, carrier int)"
    )
    copy(
        env,
        "shop_sold",
        "id invoice code product unit quantity price at partner channel node"
        " carrier".split(),
        (
            (
                number,
                invoice,
                code,
                *keys.product[code],
                quantity * copies,
                round(worth / quantity, 4),
                at,
                keys.partner[customer, country],
                keys.channels[spread(customer or invoice, len(keys.channels))],
                keys.nodes[spread(customer[::-1] or invoice, len(keys.nodes))],
                keys.carriers[spread(invoice, len(keys.carriers))],
            )
            for number, ((invoice, code), line) in enumerate(sold.items(), 1)
            for quantity, worth, at, customer, country in [line]
        ),
    )
    company, currency = keys.company.id, keys.company.currency_id.id
    env.cr.execute(
        """
        INSERT INTO sale_order (name, company_id, currency_id, currency_rate,
            partner_id, partner_invoice_id, partner_shipping_id, date_order, state,
            picking_policy, warehouse_id, carrier_id, returns_channel_id)
        SELECT invoice, %(company)s, %(currency)s, 1, min(partner), min(partner),
            min(partner), min(at), 'sale', 'direct', min(node), min(carrier),
            min(channel)
          FROM shop_sold GROUP BY invoice;
        INSERT INTO sale_order_line (order_id, company_id, currency_id, name,
            product_id, product_uom_id, product_uom_qty, qty_delivered, price_unit,
            customer_lead, state, sequence)
        SELECT o.id, %(company)s, %(currency)s, s.code, s.product, s.unit, s.quantity,
            s.quantity, s.price, 0, 'sale', s.id
          FROM shop_sold s JOIN sale_order o ON o.name = s.invoice;
        INSERT INTO stock_move (company_id, product_id, product_uom, location_id,
            location_dest_id, procure_method, product_uom_qty, quantity, date, state,
            sale_line_id)
        SELECT %(company)s, s.product, s.unit, %(stock)s, %(customers)s,
            'make_to_stock', s.quantity, s.quantity, s.at, 'done', l.id
          FROM shop_sold s JOIN sale_order_line l ON l.sequence = s.id
         WHERE l.company_id = %(company)s;
        INSERT INTO returns_sold_line (sale_line_id, sale_order_id, company_id,
            product_id)
        SELECT l.id, l.order_id, l.company_id, l.product_id FROM sale_order_line l;
        ANALYZE sale_order; ANALYZE sale_order_line; ANALYZE stock_move;
        ANALYZE returns_sold_line""",
        {
            "company": company,
            "currency": currency,
            "stock": keys.stock,
            "customers": keys.customers,
        },
    )


def write_back(env, back, keys, copies, lines):
    """Returns, and what each step wrote for nine lines of ten."""
    env.cr.execute(
        "CREATE TEMP TABLE shop_back (id int, return text, at timestamp, invoice text,"
        " code text, quantity numeric, amount numeric)"
    )
    columns = "id return at invoice code quantity amount".split()
    copy(env, "shop_back", columns, ((n, *row) for n, row in enumerate(back, 1)))
    env.cr.execute(
        """
        CREATE TEMP TABLE line AS
        SELECT row_number() OVER (ORDER BY copy, b.id) AS number, b.return, b.at,
            b.quantity, b.amount, copy, l.id AS sale, l.product_id AS product,
            l.order_id AS ordered, s.id AS sold,
            so.partner_id AS partner, so.returns_channel_id AS channel,
            so.warehouse_id AS node
          FROM shop_back b
          CROSS JOIN generate_series(1, %(copies)s) AS copy
          JOIN sale_order so ON so.name = b.invoice
          JOIN product_product p ON p.default_code = b.code
          JOIN sale_order_line l ON l.order_id = so.id AND l.product_id = p.id
          JOIN returns_sold_line s ON s.sale_line_id = l.id
         ORDER BY copy, b.id LIMIT %(lines)s;
        CREATE TEMP TABLE back AS
        SELECT row_number() OVER (ORDER BY copy, return) AS id, copy, return,
            min(at) AS at, min(partner) AS partner, min(channel) AS channel,
            min(node) AS node
          FROM line GROUP BY copy, return;
        INSERT INTO returns_order (id, name, company_id, channel_id, partner_id,
            currency_id, case_state, goods_state, money_state, warehouse_id,
            requested_at, authorised_at, changed_at)
        SELECT id, return || '/' || copy, %(company)s, channel, partner, %(currency)s,
            'closed', 'disposed', 'settled', node, at, at, at FROM back;
        INSERT INTO returns_order_line (id, order_id, company_id, sold_line_id,
            sale_line_id, sale_order_id, product_id, reason_id, resolution, quantity,
            quantity_authorised, quantity_claimed, quantity_received, quantity_owed,
            quantity_released, amount_due, amount_settled)
        SELECT l.number, b.id, %(company)s, l.sold, l.sale, l.ordered, l.product,
            (%(reasons)s::int[])[1 + (l.number * 7 + l.copy) %% %(reason_count)s],
            'refund', l.quantity, l.quantity, l.quantity,
            CASE WHEN l.number %% 10 > 0 THEN l.quantity ELSE 0 END,
            0, 0, round(l.amount, 2), round(l.amount, 2)
          FROM line l JOIN back b ON b.copy = l.copy AND b.return = l.return;
        INSERT INTO returns_receipt (id, order_id, line_id, company_id, kind,
            product_id, quantity, occurred_at, warehouse_id)
        SELECT l.number, b.id, l.number, %(company)s, 'expected', l.product,
            l.quantity, l.at, l.node
          FROM line l JOIN back b ON b.copy = l.copy AND b.return = l.return
         WHERE l.number %% 10 > 0;
        INSERT INTO returns_inspection (id, order_id, line_id, receipt_id, company_id,
            product_id, condition_id, quantity, occurred_at)
        SELECT id, order_id, line_id, id, company_id, product_id, %(condition)s,
            quantity, occurred_at FROM returns_receipt;
        INSERT INTO returns_routing (order_id, line_id, inspection_id, company_id,
            product_id, disposition_id, quantity, occurred_at)
        SELECT order_id, line_id, id, company_id, product_id,
            (%(dispositions)s::int[])[1 + (id * 11 + 3) %% %(disposition_count)s],
            quantity, occurred_at FROM returns_inspection;
        ANALYZE returns_order; ANALYZE returns_order_line; ANALYZE returns_receipt;
        ANALYZE returns_inspection; ANALYZE returns_routing""",
        {
            "copies": copies,
            "lines": lines,
            "company": keys.company.id,
            "currency": keys.company.currency_id.id,
            "reasons": keys.reasons,
            "reason_count": len(keys.reasons),
            "dispositions": keys.dispositions,
            "disposition_count": len(keys.dispositions),
            "condition": keys.condition,
        },
    )
