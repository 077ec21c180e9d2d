from odoo import api, models


class InventoryRoleApproval(models.AbstractModel):
    """Role: says whether a change of state that needs an approval has one.

    Nobody plays it in this addon: every such change is refused until an addon
    extends the role by ``_inherit``. The guard asks once per transition and call,
    with all the move lines that want it.
    """

    _name = "inventory.role.approval"
    _description = "Approval of state changes"

    @api.model
    def _is_approved(self, move_lines, transition):
        """Say whether every one of the move lines is approved.

        To be overridden; it must not be called directly, only by the guard. An
        override answers for the lines it knows and gives the others to
        ``super()``. It must not write and must not raise: the guard refuses.

        :param move_lines: ``stock.move.line`` records that are about to be booked
        :param transition: the ``inventory.state.transition`` that needs approval
        :return: True only if all of the lines are approved
        :rtype: bool
        """
        return not move_lines
