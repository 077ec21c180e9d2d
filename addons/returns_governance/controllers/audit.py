from odoo.http import Controller, request, route


class ReturnsAudit(Controller):
    """Downloads for auditors."""

    @route("/returns_governance/seals.json", type="http", auth="user", readonly=True)
    def seals(self):
        """All seals as one file that ``bin/check-seals`` checks without Odoo."""
        seal = request.env["returns.event.seal"]
        if not seal._may_read_trail():
            raise request.not_found()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Disposition", 'attachment; filename="returns-seals.json"'),
        ]
        return request.make_response("".join(seal._export()), headers)
