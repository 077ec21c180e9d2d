"""The stage of Odoo's own tests: goods that they put on a shelf without a move."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def shelves():
    """Let stock through that changes outside a stock move.

    The product refuses that, for everybody; Odoo's tests set their stage so.
    """
    # Odoo's addons can be imported only after this file was read.
    from odoo.addons.inventory_states.const import KEY_LEDGER
    from odoo.addons.inventory_states.ledger import Collector
    from odoo.addons.stock.models.stock_quant import StockQuant

    own = StockQuant._update_available_quantity

    def put(quants, *args, **kwargs):
        if not Collector._of(quants.env):
            quants = quants.with_context(**{KEY_LEDGER: Collector()})
        return own(quants, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StockQuant, "_update_available_quantity", put)
        yield
