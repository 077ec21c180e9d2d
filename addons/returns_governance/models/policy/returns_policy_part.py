from odoo import api, models


class ReturnsPolicyPart(models.AbstractModel):
    """Base of what a version is made of: frozen once the version is published.

    Whatever way a change comes (form, import, RPC, commands on a parent's list, a
    default in a context), it ends in ``create``, ``write`` or ``unlink`` here; the
    records themselves are looked at, before and after.
    """

    _name = "returns.policy.part"
    _description = "Part of a version"

    # The field that leads to the version, or to another part of it.
    _policy_parent = None

    def _policy_versions(self):
        """The versions that these records belong to."""
        return self._versions_of(self[self._policy_parent])

    @api.model
    def _versions_of(self, parents):
        """The versions of records of the parent field's model."""
        known = isinstance(parents, self.env.registry["returns.edition"])
        return parents if known else parents._policy_versions()

    @api.model_create_multi
    def create(self, vals_list):
        # First by the values, so that no constraint speaks before; then as they are.
        parents = self.env[self._fields[self._policy_parent].comodel_name].browse(
            {
                vals[self._policy_parent]
                for vals in vals_list
                if vals.get(self._policy_parent)
            }
        )
        self._versions_of(parents)._check_is_draft()
        records = super().create(vals_list)
        versions = records._policy_versions()
        versions._check_is_draft()
        versions._note_author()
        return records

    def write(self, vals):
        before = self._policy_versions()
        before._check_is_draft()
        result = super().write(vals)
        # What was moved must not have ended up in a published version either.
        after = self._policy_versions()
        after._check_is_draft()
        (before | after)._note_author()
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Also words in another language, which core writes without ``write``."""
        versions = self._policy_versions()
        versions._check_is_draft()
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        versions._note_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_from_drafts(self):
        versions = self._policy_versions()
        versions._check_is_draft()
        versions._note_author()

    # --- what a part says, for files, comparisons and fingerprints --------------------
    @api.model
    def _said_fields(self):
        """The fields that hold what a person wrote here, in the order of the code.

        Read from the model, so that a field which a later release or another addon
        adds is exported, compared and copied without being listed again.
        """
        return [
            name
            for name, field in sorted(self._fields.items(), key=_in_code)
            if (field.store or field.type == "one2many")
            and not (field.compute or field.related)
            and name not in (*models.MAGIC_COLUMNS, self._policy_parent, "sequence")
            and field.comodel_name != self._name
        ]


def _in_code(item):
    return item[1]._sequence
