from odoo import api, models


class ReturnsPolicyPart(models.AbstractModel):
    """Base of what a policy version is made of: frozen once the version is published.

    Whatever way a change comes (form, import, RPC, commands on a parent's list, a
    default in a context), it ends in ``create``, ``write`` or ``unlink`` here; the
    records themselves are looked at, before and after.
    """

    _name = "returns.policy.part"
    _description = "Part of a policy version"

    def _policy_versions(self):
        """The versions that these records belong to; must be overridden.

        :rtype: returns.policy.version
        """
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._policy_versions()._check_is_draft()
        return records

    def write(self, vals):
        self._policy_versions()._check_is_draft()
        result = super().write(vals)
        # What was moved must not have ended up in a published version either.
        self._policy_versions()._check_is_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_from_drafts(self):
        self._policy_versions()._check_is_draft()
