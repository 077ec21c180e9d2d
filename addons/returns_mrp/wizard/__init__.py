from . import returns_receive_wizard, stock_picking_return
