"""The statement of a return as a download."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request


class ReturnsStatementFile(http.Controller):
    """For whoever may read the return; anybody else finds nothing here."""

    @http.route(
        "/returns/statement/<int:order_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def statement(self, order_id, **_unknown):
        """The PDF, in the language of the customer."""
        order = request.env["returns.order"].browse(order_id)
        try:
            order.check_access("read")
            name = (order.exists().name or "").replace("/", "-")
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        if not name:
            raise NotFound()
        pdf = request.env["returns.statement.pdf"]._render(order)
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Length", str(len(pdf))),
            ("Content-Disposition", content_disposition(f"{name}.pdf")),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(pdf, headers)
