from odoo import http
from odoo.http import request


class FaultyProvider(http.Controller):
    """The notice that a provider sends when it has paid."""

    @http.route("/faulty/notice", type="http", auth="public", csrf=False)
    def notice(self, reference):
        """Say that the refund of this payment is done.

        :param str reference: of the original payment
        """
        self._done(self._source(reference).child_transaction_ids[:1])
        return "taken"

    @http.route("/faulty/twin", type="http", auth="public", csrf=False)
    def twin(self, reference):
        """The same of a refund that is not known by its number: make one, as core's
        providers do.

        :param str reference: of the original payment
        """
        source = self._source(reference)
        refund = source._create_child_transaction(source.amount, is_refund=True)
        self._done(refund, number=f"re-{reference}")
        return "taken"

    def _source(self, reference):
        transactions = request.env["payment.transaction"].sudo()
        return transactions.search([("reference", "=", reference)])

    def _done(self, refund, **more):
        data = {"reference": refund.reference, "simulated_state": "done"}
        refund._process("demo", {**data, **more})
