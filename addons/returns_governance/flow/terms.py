from odoo import models


class ReturnsTerms(models.AbstractModel):
    """What a decision gives beside the permission, and where each step acts on it.

    The node to which the goods are sent, how the parcel is labelled, and the reason
    that the supplier is told. Where no rule says so, nothing is read or written.
    """

    _name = "returns.terms"
    _description = "Terms of a decision"

    def _line_vals(self, line, decision):
        """What a decision writes on its line; what a person typed stays."""
        given = (decision.outcomes or {}).get("supplier_reason")
        reason = given or line.reason_id.supplier_reason
        if not reason or line.supplier_reason:
            return {}
        return {"supplier_reason": reason}

    def _take_effect(self, orders):
        """Expect the goods of ``orders`` where their decisions send them."""
        wanted = {}
        for order in orders:
            nodes = set(self._given(order, "destination"))
            # Lines that are sent to different nodes leave it as it was asked.
            if len(nodes) == 1:
                wanted.setdefault(int(nodes.pop()), []).append(order.id)
        if not wanted:
            return
        Node = self.env["stock.warehouse"]
        for node in Node.browse(wanted).exists():
            there = orders.browse(wanted[node.id]).filtered(
                lambda order, node=node: (
                    order.company_id == node.company_id and order.warehouse_id != node
                )
            )
            there._machine_write({"warehouse_id": node.id})

    def _mark_parcels(self, orders, parcels):
        """Keep on the parcels of ``orders`` how they are labelled."""
        modes = {}
        for order in orders:
            mode = next(
                (mode for mode in self._given(order, "label_mode") if mode != "none"),
                None,
            )
            if mode:
                modes[mode] = modes.get(mode, parcels.browse()) | (
                    order.parcel_ids & parcels
                ).filtered(lambda parcel: not parcel.label_mode)
        for mode, marked in modes.items():
            marked._machine_write({"label_mode": mode})

    def _given(self, order, key):
        """The values of one outcome on the eligible lines, without the empty ones."""
        for line in order.line_ids:
            decision = line.decision_id
            if decision.eligible and (value := (decision.outcomes or {}).get(key)):
                yield value

    # --- words ------------------------------------------------------------------------
    def _evidence_words(self, wanted):
        """ "2 photos of at most 5 MB each, 1 PDF file".

        :param wanted: (kind, least number, most bytes or None) each
        """
        return ", ".join(self._file_words(*need) for need in wanted if need[1])

    def _file_words(self, kind, count, most=None):
        files = {
            "image": self.env._("photos: %s", count),
            "pdf": self.env._("PDF files: %s", count),
        }.get(kind) or self.env._("files: %s", count)
        if not most:
            return files
        size = self.env["returns.words"]._number(int(most) / 1024**2)
        return self.env._("%(files)s (of at most %(size)s MB)", files=files, size=size)
