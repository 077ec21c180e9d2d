from odoo import api, models


class ReturnsOrder(models.Model):
    """The public API: XML-RPC ``execute_kw`` and JSON-2, the same methods.

    Each takes plain JSON values and answers with plain JSON values; docs/api.md has
    arguments, results and error codes. What they do is in ``returns.api``. A user
    needs the role Integration and sees only what companies, channels and nodes allow.
    """

    _inherit = "returns.order"

    @api.model
    def api_returnable(self, request=False, **unknown):
        """Say which lines of an order can come back, until when, and how.

        :param dict request: ``channel``, ``order_ref``, optional ``customer_email``
        :return: dict ``order_ref``, ``customer``, ``currency``, ``lines``
        """
        return self.env["returns.api"]._call("returnable", request, unknown)

    @api.model
    def api_preview(self, request=False, **unknown):
        """Say what a request would get; writes nothing.

        :param dict request: as for ``api_submit``; ``external_ref`` may be left out
        :return: dict ``lines``, ``money``, ``policy``
        """
        return self.env["returns.api"]._call("preview", request, unknown)

    @api.model
    def api_submit(self, request=False, **unknown):
        """Ask for a return, once per channel and ``external_ref``.

        :param dict request: ``channel``, ``external_ref``, ``order_ref``, ``lines``
            and more
        :return: dict ``created`` and ``return`` (a snapshot)
        """
        return self.env["returns.api"]._call("submit", request, unknown)

    @api.model
    def api_get(self, refs=False, **unknown):
        """Return snapshots, in the order asked.

        :param list refs: dicts ``name``, or ``channel`` and ``external_ref``
        """
        return self.env["returns.api"]._call("get", refs, unknown)

    @api.model
    def api_search(self, filter=False, cursor=False, limit=100, **unknown):
        """Return snapshots by their last change, page by page.

        :param dict filter: any of ``case_state``, ``goods_state``, ``money_state``,
            ``channel``, ``order_ref``, ``customer_email``, ``tracking_ref``, ``since``
        :param cursor: of the page before; false for the first
        :param int limit: 1 to 1,000; a shorter page is the last
        :return: dict ``returns``, ``cursor``
        """
        return self.env["returns.api"]._call_page(
            "search", filter, cursor, limit, unknown
        )

    @api.model
    def api_carrier_event(self, event=False, **unknown):
        """Book what a carrier tells of a parcel; moves all returns in it.

        :param dict event: ``event_ref``, ``tracking_ref`` or ``return``, ``status``,
            ``occurred_at`` and more
        :return: snapshot of the parcel's first return
        """
        return self.env["returns.api"]._call("carrier_event", event, unknown)

    @api.model
    def api_receive(self, receipt=False, **unknown):
        """Book what came at the dock.

        :param dict receipt: ``receipt_ref``, ``warehouse``, one of ``return``,
            ``tracking_ref`` and ``scan``, ``lines``
        :return: snapshot; for a scan that names nothing ``unmatched``, ``receipt_ref``
        """
        return self.env["returns.api"]._call("receive", receipt, unknown)

    @api.model
    def api_match(self, match=False, **unknown):
        """Tie an unmatched receipt to its return, or make one on an order.

        :param dict match: ``match_ref``, ``receipt_ref``, ``return`` or ``order_ref``
        :return: snapshot
        """
        return self.env["returns.api"]._call("match", match, unknown)

    @api.model
    def api_inspect(self, inspection=False, **unknown):
        """Book in which condition received units were found.

        :param dict inspection: ``inspection_ref``, ``return``, ``results``
        :return: snapshot
        """
        return self.env["returns.api"]._call("inspect", inspection, unknown)

    @api.model
    def api_decide(self, decision=False, **unknown):
        """Answer the open approval of a return.

        :param dict decision: ``decision_ref``, ``return``, ``approve``, ``reason``
        :return: snapshot
        """
        return self.env["returns.api"]._call("decide", decision, unknown)

    @api.model
    def api_settled(self, settlement=False, **unknown):
        """Book money that the channel has paid already; it is never paid again.

        :param dict settlement: ``settlement_ref``, ``return``, ``amount``,
            ``currency``, ``tender``, ``occurred_at``, optional ``lines``
        :return: snapshot
        """
        return self.env["returns.api"]._call("settled", settlement, unknown)

    @api.model
    def api_cancel(self, request=False, **unknown):
        """Take back what has not arrived.

        :param dict request: ``cancel_ref``, ``return``, ``reason``, optional ``lines``
        :return: snapshot
        """
        return self.env["returns.api"]._call("cancel", request, unknown)

    @api.model
    def api_changes(self, cursor=False, limit=1000, **unknown):
        """Return what happened, in order, none lost and none twice.

        :param cursor: of the page before; false for the beginning
        :param int limit: 1 to 1,000
        :return: dict ``events``, ``cursor``
        """
        return self.env["returns.api"]._call_page(
            "changes", False, cursor, limit, unknown
        )

    @api.model
    def api_batch(self, calls=False, **unknown):
        """Do many calls in one transaction, each with its own answer.

        :param list calls: at most 200 dicts ``method``, ``argument``
        :return: list of dicts ``ok`` with ``result`` or ``error``
        """
        return self.env["returns.api"]._call_batch(calls, unknown)
