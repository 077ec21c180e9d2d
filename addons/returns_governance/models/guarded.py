from odoo import api, models

from ..guard import redeem, refuse, with_pass


class ReturnsGuarded(models.AbstractModel):
    """Base of what only the flow may write.

    A model names its ``_machine_fields``: server code writes them with a pass
    (``_machine_create``, ``_machine_write``), everybody else is refused, on every
    path, since RPC reaches ``create`` and ``write`` whatever a view says. A model
    with ``_append_only`` takes rows only from server code and never loses one; a
    correction is a row that reverses another.

    Stored computes belong to ``_machine_fields`` too: ``readonly`` does not stop RPC.
    """

    _name = "returns.guarded"
    _description = "Fields that only the flow may write"

    _machine_fields = frozenset()
    _append_only = False
    _kept_code = "RETURN_STATE"

    @api.model
    def _machine_create(self, vals_list):
        """Create rows as the flow. Private, so RPC cannot call it."""
        return with_pass(self, "create").create(vals_list)

    def _machine_write(self, vals):
        """Write machine fields as the flow. Private, so RPC cannot call it."""
        return with_pass(self, "write").write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        self, machine = redeem(self, "create")
        if machine:
            return super().create(vals_list)
        if self._append_only:
            self._refuse_append_only()
        for vals in vals_list:
            self._check_machine_fields(vals)
        records = super().create(vals_list)
        # default_* in a context and user defaults pass the check of the values.
        records._reset_machine_defaults()
        return records

    def write(self, vals):
        self, machine = redeem(self, "write", vals)
        if not machine:
            if self._append_only and vals:
                self._refuse_append_only()
            self._check_machine_fields(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_append_only(self):
        if self._append_only and self:
            self._refuse_append_only()

    @api.model
    def _all_machine_fields(self):
        """The machine fields that the model and each of its extensions name."""
        return frozenset().union(
            *(vars(cls).get("_machine_fields", ()) for cls in type(self).__mro__)
        )

    @api.model
    def _derived_fields(self):
        """Stored fields that follow from others, of which nobody types any: a stored
        related field, too, would take what is written to it."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and field.readonly and (field.compute or field.related)
        )

    def _check_machine_fields(self, vals):
        guarded = (self._all_machine_fields() | self._derived_fields()) & vals.keys()
        if guarded:
            refuse(
                "GUARDED_FIELD",
                self.env._(
                    "%(fields)s of %(model)s cannot be typed: the steps of the return "
                    "set it. Use the step's own button or API call.",
                    fields=", ".join(sorted(guarded)),
                    model=self._description,
                ),
            )

    def _reset_machine_defaults(self):
        """Give machine fields of records made by a person their own default again."""
        for name in self.default_get(list(self._derived_fields())):
            self.env.add_to_compute(self._fields[name], self)
        for name in self._all_machine_fields():
            field = self._fields[name]
            if field.compute:
                self.env.add_to_compute(field, self)
                continue
            plain = field.default(self) if callable(field.default) else False
            null = field.convert_to_cache(plain, self, validate=False)
            wrong = self.filtered(
                lambda r, f=field, n=null: (
                    f.convert_to_cache(r[f.name], r, validate=False) != n
                )
            )
            if wrong:
                with_pass(wrong, "write").write({name: plain})

    def _standing(self):
        """The rows that were not reversed and reverse nothing."""
        reversed_rows = self.search([("reverses_id", "in", self.ids)]).reverses_id
        return self.filtered(lambda row: not row.reverses_id) - reversed_rows

    # --- entries that stay as long as the record stands -------------------------------
    def _kept_way(self):
        """Hook of records with entries: the sentence that says the way out.

        See ``account.move._returns_keepers``.
        """
        return ""

    def _refuse_kept(self, move):
        refuse(
            self._kept_code,
            self.env._(
                "%(move)s belongs to %(record)s, and stays in the books as long as "
                "that stands. %(way)s",
                move=move.display_name,
                record=self.display_name,
                way=self._kept_way(),
            ),
        )

    def _refuse_append_only(self):
        refuse(
            "APPEND_ONLY",
            self.env._(
                "Rows of %(model)s are only ever added by the steps of the return. "
                "To put "
                "something right, use the correction of that step: it adds a row that "
                "reverses this one.",
                model=self._description,
            ),
        )
