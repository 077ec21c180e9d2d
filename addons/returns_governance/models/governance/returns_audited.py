from odoo import api, models


class ReturnsAudited(models.AbstractModel):
    """A model that the check of the audit trail looks at too.

    Inherit this, override ``_audit_findings``, and add the name to
    ``returns.event.scan._audited_models``.
    """

    _name = "returns.audited"
    _description = "Looked at by the check of the audit trail"

    @api.model
    def _audit_findings(self):
        """What was changed behind the ORM's back; must be overridden.

        :return: list of dicts as ``_audit_finding`` makes them
        """
        raise NotImplementedError

    def _audit_finding(self, kind, company=None):
        """A finding about this record.

        :param str kind: one of const.FINDING_KINDS
        :param company: whose it is; without one every auditor sees it
        """
        self.ensure_one()
        return {
            "kind": kind,
            "order_id": False,
            "return": self.display_name,
            "number": False,
            "event_id": None,
            "company_id": company.id if company else False,
            "model": self._name,
            "res_id": self.id,
        }
