"""The page behind the link in the mail: one question, two buttons."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

ANSWERS = {"approve": "action_approve", "refuse": "action_refuse"}


class ReturnsApprovalPage(http.Controller):
    """For employees who are logged in; anybody else finds nothing here."""

    @http.route(
        "/returns/approval/<int:approval_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def approval_page(self, approval_id, **_unknown):
        """Show the question; looking decides nothing, whoever opens the link."""
        return self._page(self._approval(approval_id))

    @http.route(
        "/returns/approval/<int:approval_id>/decide",
        type="http",
        auth="user",
        methods=["POST"],
    )
    def approval_decide(self, approval_id, answer="", reason="", **_unknown):
        """Take the answer of one of the two buttons, with the page's own token."""
        approval = self._approval(approval_id)
        if answer not in ANSWERS:
            raise NotFound()
        try:
            getattr(approval, ANSWERS[answer])(reason.strip()[:1000] or None)
        except (UserError, AccessError) as refusal:
            request.env.cr.rollback()
            words = request.env["returns.order"]._plain(refusal)
            return self._page(self._approval(approval_id), words)
        return request.redirect(f"/returns/approval/{approval.id}", 303)

    def _approval(self, approval_id):
        """The approval, if this user may read it; else there is no such page."""
        if not request.env.user._is_internal():
            raise NotFound()
        approval = request.env["returns.approval"].browse(approval_id)
        try:
            approval.check_access("read")
            approval.mapped("state")
        except (AccessError, MissingError) as error:
            raise NotFound() from error
        return approval

    def _page(self, approval, refusal=""):
        return request.render(
            "returns_governance.approval_page",
            {"approval": approval, "refusal": refusal},
            headers={"Cache-Control": "no-store"},
        )
