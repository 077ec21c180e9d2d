from odoo import api, models


class ReturnsSetupCheck(models.AbstractModel):
    """The way to close each gap, in a sentence."""

    _inherit = "returns.setup.check"

    @api.model
    def _ways(self):
        """``{code: what to do}``, in the reader's language."""
        return {
            **self._ways_of_codes(),
            **self._ways_of_stock(),
            **self._ways_of_money(),
        }

    def _ways_of_codes(self):
        return {
            "channel_none": self.env._(
                "Make a channel, or take an archived one back: each return has one."
            ),
            "channel_policy": self.env._(
                "Publish a policy for this channel, or one for all channels; archive "
                "the channel if nothing is sold there."
            ),
            "reason_none": self.env._("Make a reason, or take an archived one back."),
            "reason_cause": self.env._("Choose the root cause that it points to."),
            "condition_none": self.env._(
                "Make a condition: what arrives is graded by it."
            ),
            "condition_disposition": self.env._(
                "Make a new version with a rule that says where these conditions go. "
                "Until then a person chooses each time."
            ),
            "disposition_none": self.env._(
                "Make a disposition: it says where inspected goods go."
            ),
            "disposition_state": self.env._(
                "Choose a state that is in use for its goods, or archive it."
            ),
            "owner_none": self.env._("Name a person or a role for it."),
            "role_nobody": self.env._(
                "Give this role to at least one colleague of the company."
            ),
            "user_no_role": self.env._(
                "Works with orders, stock or invoices: give a returns role, if the "
                "work touches returns."
            ),
            "mail_server": self.env._(
                "Colleagues are told by e-mail, and none can be sent: set up the "
                "outgoing server."
            ),
        }

    def _ways_of_stock(self):
        return {
            "warehouse_none": self.env._(
                "Make a warehouse: goods that come back need a place."
            ),
            "warehouse_state": self.env._(
                "Press Mend: the missing places of the states are made."
            ),
            "disposition_place": self.env._(
                "Press Mend: the missing places are made; archived ones are shown."
            ),
            "product_category": self.env._(
                "Choose a category: policies and accounts go by it."
            ),
            "product_weight": self.env._(
                "Type the weight: labels and the check of parcels go by it."
            ),
            "product_code": self.env._(
                "Give it a reference or a barcode: nobody can scan or name it."
            ),
            "product_untracked": self.env._(
                "Tick Track Inventory if it is goods: else its state is not known."
            ),
            "product_lots": self.env._(
                "It has lots or serial numbers: track it by them, so that what comes "
                "back is what left."
            ),
        }

    def _ways_of_money(self):
        return {
            "journal_refund": self.env._(
                "Make a sales journal: credit notes are booked in it."
            ),
            "account_receivable": self.env._(
                "Load a chart of accounts, or make an account receivable."
            ),
            "account_income": self.env._(
                "Choose the income account of the category, or of the company."
            ),
            "disposition_account": self.env._(
                "Choose the account for what is written off through this place."
            ),
            "provider_refund": self.env._(
                "It sends no money back: refunds wait under To pay by hand. Choose "
                "another provider, or have finance pay them."
            ),
            "sequence_none": self.env._(
                "Make a sequence with the code returns.order, or take the archived "
                "one back."
            ),
        }
