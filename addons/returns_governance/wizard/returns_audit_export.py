import base64
import hashlib
import json

from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ..guard import deny


class ReturnsAuditExport(models.TransientModel):
    """The two files that an auditor takes home: all that happened to a return."""

    _name = "returns.audit.export"
    _description = "Export of a return for an auditor"

    order_id = fields.Many2one("returns.order", "Return", readonly=True)
    pdf = fields.Binary("To read", attachment=False, readonly=True)
    pdf_name = fields.Char(readonly=True)
    json = fields.Binary("To check by program", attachment=False, readonly=True)
    json_name = fields.Char(readonly=True)
    json_sha256 = fields.Char("SHA-256 of the second file", readonly=True)

    @api.model
    def _make(self, order):
        """Log the export, then write both files of one return.

        The event keeps the digests of the attachments, so that the chain covers them.
        """
        story = self.env["returns.audit.story"]
        files = story._attachments(order.sudo())
        order.env["returns.event"].sudo()._log(
            [
                {
                    "order": order,
                    "what": "exported",
                    "data": {"files": [[file["id"], file["sha256"]] for file in files]},
                }
            ]
        )
        told = story._of(order)
        text = json.dumps(told, ensure_ascii=False, indent=1).encode()
        name = order.name.replace("/", "-")
        # sudo: nobody makes this dialog by hand; the caller has checked the role
        return self.sudo().create(
            {
                "order_id": order.id,
                "pdf": base64.b64encode(self.env["returns.audit.pdf"]._render(told)),
                "pdf_name": f"{name}.pdf",
                "json": base64.b64encode(text),
                "json_name": f"{name}.json",
                "json_sha256": hashlib.sha256(text).hexdigest(),
            }
        )


class ReturnsOrder(models.Model):
    """The auditor's button."""

    _inherit = "returns.order"

    @patient
    def action_export_audit(self):
        """Everything that happened to this return, as a PDF and as JSON.

        The export itself is an event of the return.

        :return: the action of the dialog with both files
        :raise AccessError: for whoever is neither auditor nor manager
        """
        self.ensure_one()
        if not self.env["returns.event.seal"]._may_read_trail():
            deny(self.env._("Only auditors and managers export a return's trail."))
        self.check_access("read")
        export = self.env["returns.audit.export"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export for the auditor"),
            "res_model": export._name,
            "res_id": export.id,
            "views": [(False, "form")],
            "target": "new",
        }
