import base64
import io
import json

import xlsxwriter

from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.inventory_states.wizard.inventory_dialog import once

from ..const import EXPORT_FORMAT
from ..guard import deny, refuse

MOST = 5000
EXPORTERS = "base.group_allow_export"


class ReturnsExportWizard(models.TransientModel):
    """Write many returns into one file, with their lines and their money.

    As a workbook for people, or as JSON with the same snapshots that the API gives to
    programs. Nobody gets what they cannot read; what is left out is named.
    """

    _name = "returns.export.wizard"
    _description = "Export returns"
    _inherit = ["returns.dialog"]

    kind = fields.Selection(EXPORT_FORMAT, "As", required=True, default="xlsx")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)
    summary = fields.Text(readonly=True)

    @once
    def action_confirm(self):
        """Make the file; it stays in the dialog, with what was left out."""
        if not self.env.user.has_group(EXPORTERS):
            deny(self.env._("Exporting needs the right to export. Ask for it."))
        orders = self.env["returns.order"].browse(self._context_ids())[: MOST + 1]
        if len(orders) > MOST:
            refuse(
                "BATCH_TOO_LARGE",
                self.env._("Choose at most %(most)s returns at once.", most=MOST),
            )
        results = self.env["returns.bulk"]._run(orders, self._check_readable)
        chosen = orders.filtered(lambda order: not results[order])
        content = getattr(self, f"_write_{self.kind}")(chosen)
        self.file = base64.b64encode(content)
        self.file_name = f"returns-{fields.Date.context_today(self)}.{self.kind}"
        self.summary = self._summarise(results)
        return self._reopen(self.env._("Export"))

    def _check_readable(self, orders):
        if orders.exists() != orders:
            raise AccessError(self.env._("It is not there any more."))
        orders.check_access("read")

    def _summarise(self, results):
        """What is in the file, and what is not and why."""
        name_of = self.env["returns.bulk"]._name_of
        left_out = [f"{name_of(row)}: {why}" for row, why in results.items() if why]
        told = self.env._(
            "Returns in the file: %(count)s.", count=len(results) - len(left_out)
        )
        return "\n".join([told, *left_out])

    def _write_json(self, orders):
        """The snapshots of docs/api.md."""
        snapshots = self.env["returns.snapshot"]._of(orders)
        return json.dumps(snapshots, indent=1, default=str).encode()

    # --- workbook ---------------------------------------------------------------------
    def _write_xlsx(self, orders):
        """Three sheets: the returns, their lines, and the money that went."""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        bold = book.add_format({"bold": True})
        for title, records, names in (
            (self.env._("Returns"), orders, ORDER_COLUMNS),
            (self.env._("Lines"), orders.line_ids, LINE_COLUMNS),
            (self.env._("Money"), orders.settlement_ids, MONEY_COLUMNS),
        ):
            self._write_sheet(book.add_worksheet(title), bold, records, names)
        book.close()
        return out.getvalue()

    def _write_sheet(self, sheet, bold, records, names):
        labels = records.fields_get(names, ["string"])
        for column, name in enumerate(names):
            sheet.write(0, column, labels[name]["string"], bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(names) - 1, 18)
        rows = records._read_format(names) if records else []
        choices = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in names
            if records._fields[name].type == "selection"
        }
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(names):
                value = self._cell(row[name], choices.get(name))
                if isinstance(value, str):
                    # What a customer typed is text, and never a formula.
                    sheet.write_string(number, column, value)
                else:
                    sheet.write(number, column, value)

    def _cell(self, value, choices):
        """A value as it is read in a sheet: words instead of codes and ids."""
        if value is False or value is None:
            return ""
        if choices:
            return choices.get(value, value)
        if isinstance(value, tuple):  # a record: its name
            return value[1] or ""
        return value if isinstance(value, int | float) else str(value)


ORDER_COLUMNS = [
    "name", "partner_id", "channel_id", "warehouse_id", "external_ref", "requested_at",
    "case_state", "goods_state", "money_state", "next_step", "next_by", "currency_id",
    "amount_paid", "amount_due", "amount_released", "amount_settled", "refund_due_date",
]  # fmt: skip
LINE_COLUMNS = [
    "order_id", "product_id", "reason_id", "resolution", "quantity", "uom_id",
    "quantity_authorised", "quantity_received", "quantity_inspected",
    "quantity_cancelled", "amount_paid", "amount_due",
]  # fmt: skip
MONEY_COLUMNS = [
    "order_id", "kind", "state", "amount", "amount_tax", "open_amount", "currency_id",
    "occurred_at", "tender", "settlement_ref",
]  # fmt: skip
