from odoo import fields, models

from ..const import CARRIER_HAS_IT, CARRIER_STATUSES

RANK = {code: rank for rank, (code, _label) in enumerate(CARRIER_STATUSES)}


class ReturnsStepLabel(models.AbstractModel):
    """Step 3: parcels, their labels and the carrier's scans.

    ``data``: ``{order id: [{"tracking_ref", "carrier", "label_url"}]}``. A return
    without a carrier's number gets a parcel under its own number, so that the dock can
    scan the slip.
    """

    _name = "returns.step.label"
    _inherit = ["returns.step"]
    _description = "Step: label"
    _groups = (
        "returns_governance.group_agent",
        "returns_governance.group_integration",
    )

    def _check(self, orders, data):
        self._check_case(orders, {"authorised"})

    def _apply(self, orders, data):
        parcels = self._attach(orders, data)
        self.env["returns.terms"]._mark_parcels(orders, parcels)
        self._log_issued(orders, parcels)
        return orders

    def _issue(self, orders):
        """Returns were authorised: the parcels that were announced may come, and a
        return without one gets a parcel of its own number."""
        self._attach(orders.filtered(lambda order: not order.parcel_ids), {})
        self.env["returns.terms"]._mark_parcels(orders, orders.parcel_ids)
        self._log_issued(orders, orders.parcel_ids)

    def _log_issued(self, orders, parcels):
        self._log(
            [
                {
                    "order": order,
                    "what": "label_issued",
                    "data": {
                        "parcels": (order.parcel_ids & parcels).mapped("tracking_ref")
                    },
                }
                for order in orders
            ]
        )

    def _attach(self, orders, data):
        """Tie each order to its parcels, making those that nobody has seen yet."""
        wanted = []
        for order in orders:
            for spec in data.get(order.id) or (
                [] if order.id in data else [{"tracking_ref": order.name}]
            ):
                wanted.append((order, spec))
        Parcel = self.env["returns.parcel"]
        known = (
            {
                (parcel.company_id, parcel.tracking_ref): parcel
                for parcel in Parcel.search(
                    [
                        (
                            "tracking_ref",
                            "in",
                            [spec["tracking_ref"] for _o, spec in wanted],
                        ),
                        ("company_id", "in", orders.company_id.ids),
                    ]
                )
            }
            if wanted
            else {}
        )
        new = {}
        for order, spec in wanted:
            key = (order.company_id, spec["tracking_ref"])
            if key in known:
                known[key].order_ids = [fields.Command.link(order.id)]
            elif key in new:
                new[key]["order_ids"].append(fields.Command.link(order.id))
            else:
                new[key] = self._parcel_vals(order, spec)
        parcels = Parcel._machine_create(list(new.values()))
        return parcels.union(
            *(
                known[key]
                for key in {
                    (order.company_id, spec["tracking_ref"]) for order, spec in wanted
                }
                & known.keys()
            )
        )

    def _parcel_vals(self, order, spec):
        return {
            "tracking_ref": spec["tracking_ref"],
            "carrier": spec.get("carrier") or False,
            "label_url": spec.get("label_url") or False,
            "company_id": order.company_id.id,
            "own_number": spec["tracking_ref"] == order.name,
            "order_ids": [fields.Command.link(order.id)],
        }

    def _scan(self, parcels, scan):
        """Book a carrier's event on the parcels and their returns.

        Events may come twice and in any order: the latest by time decides the status
        (of one moment, the furthest along), the earliest proof of handing over stays.

        :param dict scan: ``status``, ``occurred_at``, and any of ``eta``, ``weight``,
            ``carrier``, ``event_ref``
        :return: the returns in the parcels
        """
        step, parcels = self._admit(parcels)
        at, status = scan["occurred_at"], scan["status"]
        for parcel in parcels:
            vals = {}
            if not parcel.status_at or (at, RANK[status]) >= (
                parcel.status_at,
                RANK[parcel.status],
            ):
                vals.update(status=status, status_at=at)
            if status in CARRIER_HAS_IT and (
                not parcel.accepted_at or at < parcel.accepted_at
            ):
                vals["accepted_at"] = at
            for key, field in (
                ("eta", "eta"),
                ("weight", "weight"),
                ("carrier", "carrier"),
            ):
                if scan.get(key):
                    vals[field] = scan[key]
            if vals:
                parcel._machine_write(vals)
        orders = parcels.order_ids
        step._log(
            [
                {
                    "order": order,
                    "what": "carrier_scan",
                    "data": {
                        "parcel": (order.parcel_ids & parcels)[:1].tracking_ref,
                        "status": status,
                        "at": fields.Datetime.to_string(at),
                    },
                }
                for order in orders
            ]
        )
        step._raise_lost(parcels, status)
        step.env["returns.step.advance"]._after(orders)
        return orders

    def _raise_lost(self, parcels, status):
        """A lost parcel needs a person; one that turns up again does not."""
        Exceptions = self.env["returns.exception"]
        causes = [f"parcel {parcel.id}" for parcel in parcels]
        if status == "lost":
            Exceptions._raise(
                [
                    {
                        "code": "parcel_lost",
                        "order_id": order.id,
                        "company_id": parcel.company_id.id,
                        "cause": f"parcel {parcel.id}",
                        "note": self.env._(
                            "The carrier reports parcel %(ref)s as lost. Open a "
                            "claim with the "
                            "carrier and tell the customer.",
                            ref=parcel.tracking_ref,
                        ),
                    }
                    for parcel in parcels
                    for order in parcel.order_ids[:1]
                ]
            )
        elif status in CARRIER_HAS_IT:
            Exceptions._clear("parcel_lost", causes, self.env._("Scanned again"))
