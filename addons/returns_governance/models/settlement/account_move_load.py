from odoo import api, models

from odoo.addons.inventory_states.patience import MET_ANOTHER, patiently

LOADING = "returns_loading"


class Loading:
    """In a context: a file is being loaded, and whether it met another call.

    An object, which no call from outside can carry.
    """

    __slots__ = ("met",)

    def __init__(self):
        self.met = None


class AccountMove(models.Model):
    """Documents that come in a file: core reports what it met as an error of the file;
    here it is loaded again, and hears how it stands."""

    _inherit = "account.move"

    @api.model
    def load(self, fields, data):
        loading = Loading()
        loader = self.with_context(**{LOADING: loading})

        def work():
            loading.met = None
            result = super(AccountMove, loader).load(fields, data)
            if loading.met:
                raise loading.met
            return result

        return patiently(self.env, work)

    def _create_posted(self, vals_list, machine):
        loading = self.env.context.get(LOADING)
        if not isinstance(loading, Loading):
            return super()._create_posted(vals_list, machine)
        try:
            return super()._create_posted(vals_list, machine)
        except MET_ANOTHER as error:
            loading.met = error
            raise
