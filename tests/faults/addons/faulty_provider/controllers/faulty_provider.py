from odoo import http
from odoo.http import request


class FaultyProvider(http.Controller):
    """The notice that a provider sends when it has paid."""

    @http.route("/faulty/notice", type="http", auth="public", csrf=False)
    def notice(self, reference):
        """Say that the refund of this payment is done.

        :param str reference: of the original payment
        """
        transactions = request.env["payment.transaction"].sudo()
        refund = transactions.search(
            [
                ("source_transaction_id.reference", "=", reference),
                ("operation", "=", "refund"),
            ]
        )
        data = {"reference": refund.reference, "simulated_state": "done"}
        refund._process("demo", data)
        return "taken"
