"""What the tests of the API share: calls as the integration user, in plain values."""

import json
import re
import xmlrpc.client
from contextlib import contextmanager

from odoo.exceptions import UserError

from .common import ReturnsCommon

# The smallest true PNG: one pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class ApiCase(ReturnsCommon):
    """``_call`` as a client does: plain values in, plain values out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caller = cls.users["integration"]

    def _call(self, method, *arguments, user=None, **named):
        """Call the API and check that the answer passes through both transports."""
        model = self.env["returns.order"].with_user(user or self.caller)
        answer = getattr(model.with_env(model.env(context={})), f"api_{method}")(
            *arguments, **named
        )
        xmlrpc.client.dumps((answer,), allow_none=False)
        return json.loads(json.dumps(answer, allow_nan=False))

    @contextmanager
    def assertRefused(self, code):
        """The block is refused with ``code``."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), rf"^\[{re.escape(code)}\] \S")

    def _ask(self, order, *lines, reference=None, **values):
        """A request of all of ``order``, or of (sku or sale line, quantity) pairs."""
        lines = lines or [(line, line.product_uom_qty) for line in order.order_line]
        type(self).asked = getattr(type(self), "asked", 0) + 1
        return {
            "channel": "web",
            "external_ref": reference or f"EXT-{self.asked}",
            "order_ref": order.name,
            "lines": [
                {
                    **(
                        {"sku": what}
                        if isinstance(what, str)
                        else {"line_ref": what.id}
                    ),
                    "quantity": quantity,
                    "reason": "changed_mind",
                    "resolution": "refund",
                }
                for what, quantity in lines
            ],
            **values,
        }

    def _submitted(self, order=None, *lines, **values):
        """The snapshot of a return that was submitted over the API."""
        return self._call("submit", self._ask(order or self._sell(), *lines, **values))[
            "return"
        ]

    def _receipt(self, snapshot, *lines, reference=None, **values):
        """A receipt of all that was authorised, or of (sku, quantity) pairs."""
        lines = lines or [
            (line["sku"], line["quantity"]["authorised"]) for line in snapshot["lines"]
        ]
        return {
            "receipt_ref": reference or f"REC-{snapshot['name']}",
            "warehouse": self.warehouse.code,
            "return": snapshot["name"],
            "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in lines],
            **values,
        }

    def _findings(self, snapshot, *results, reference=None):
        """An inspection with (sku, quantity, condition) results."""
        return {
            "inspection_ref": reference or f"INS-{snapshot['name']}",
            "return": snapshot["name"],
            "results": [
                {"sku": sku, "quantity": quantity, "condition": condition}
                for sku, quantity, condition in results
            ],
        }

    def _count_everything(self):
        """Rows and sequences of the database that a call of the API could touch."""
        self.env.cr.execute("""
            SELECT c.relname, CASE c.relkind
                WHEN 'S' THEN pg_sequence_last_value(c.oid)
                ELSE (xpath('/row/n/text()', query_to_xml(
                    format('SELECT count(*) AS n FROM %I', c.relname),
                    false, true, '')))[1]::text::bigint END
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'S')
               AND c.relname ~ '^(returns_|stock_|sale_|account_|ir_sequence|mail_)'
        """)
        return dict(self.env.cr.fetchall())
