from odoo import models


class ReturnsRoleRepair(models.AbstractModel):
    """Role: whoever does the repair and wants to know of its goods.

    Played by nobody here: a person repairs, and says on the return how it ended. A
    bridge to an app of repairs extends it by ``_inherit``. Must not be called directly:
    ``flow/repair.py`` does, in the transaction of the step, so nothing outside may be
    called in it.
    """

    _name = "returns.role.repair"
    _description = "Role: repair"

    def _begin(self, routings):
        """Goods have come to where they are repaired; may be overridden.

        :param recordset routings: ``returns.routing``, one per quantity, lot and grade
        """

    def _end(self, routings):
        """The repair of goods has ended; may be overridden.

        :param recordset routings: those that send them back, with their ``outcome``
        """

    def _drop(self, routings):
        """The goods are the company's from now on, and are not repaired for the
        customer any more; may be overridden.

        :param recordset routings: those with which the repair had begun
        """
