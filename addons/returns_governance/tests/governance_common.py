"""What the tests of the audit trail, exceptions and roles share."""

from .common import ReturnsCommon

# Models with a row per return, and how each says which return it belongs to.
ROWS = {
    "returns.order": "id",
    "returns.order.line": "order_id",
    "returns.decision": "order_id",
    "returns.parcel": "order_ids",
    "returns.receipt": "order_id",
    "returns.inspection": "order_id",
    "returns.routing": "order_id",
    "returns.settlement": "order_id",
    "returns.settlement.line": "settlement_id.order_id",
    "returns.event": "order_id",
    "returns.exception": "order_id",
    "returns.approval": "order_id",
    "returns.approval.level": "order_id",
    "returns.outbox": "order_id",
}


class GovernanceCommon(ReturnsCommon):
    """Returns without a story, for tests of what stands around the flow."""

    def _bare(self, count=1, **values):
        """Returns without lines, for whom only the trail matters."""
        return self.env["returns.order"]._machine_create(
            [
                {
                    "name": f"RET/TEST/{self._next()}",
                    "channel_id": self.web.id,
                    "partner_id": self.partner.id,
                    "warehouse_id": self.warehouse.id,
                    **values,
                }
                for _number in range(count)
            ]
        )

    def _next(self):
        cls = type(self)
        cls.number = getattr(cls, "number", 0) + 1
        return cls.number
