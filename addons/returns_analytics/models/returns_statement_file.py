import base64
import io

import xlsxwriter

from odoo import api, models

LINE_COLUMNS = [
    "section", "kind", "nature", "order_id", "product_id", "move_id", "partner_id",
    "opening", "movement", "closing", "since", "age", "explanation",
]  # fmt: skip
CLASS_COLUMNS = [
    "section", "kind", "nature", "count", "opening", "movement", "closing",
]  # fmt: skip
SECTION_COLUMNS = ["section", "ledger", "explained", "coming", "gap", "difference"]
ACCOUNT_COLUMNS = ["account_id", "count", "debit", "credit", "balance"]


class ReturnsStatementFile(models.AbstractModel):
    """A statement as a workbook: figures, classes, accounts and lines."""

    _name = "returns.statement.file"
    _description = "Statement of returns as a workbook"

    @api.model
    def _write(self, statement):
        """Keep the workbook on the statement, under a name that says the period."""
        content = self._workbook(statement)
        statement.write(
            {
                "file": base64.b64encode(content),
                "file_name": f"{statement.display_name}.xlsx",
            }
        )

    def _workbook(self, statement):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        bold = book.add_format({"bold": True})
        for title, records, names in (
            (self.env._("Figures"), statement.section_ids, SECTION_COLUMNS),
            (self.env._("Classes"), statement.class_ids, CLASS_COLUMNS),
            (self.env._("Accounts"), statement.account_ids, ACCOUNT_COLUMNS),
            (self.env._("Lines"), statement.line_ids, LINE_COLUMNS),
        ):
            self.env["returns.export.wizard"]._write_sheet(
                book.add_worksheet(title), bold, records, names
            )
        book.close()
        return out.getvalue()
