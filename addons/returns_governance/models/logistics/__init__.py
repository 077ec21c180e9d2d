from . import (
    ir_sequence,
    returns_parcel,
    returns_receipt,
    returns_role_carrier,
    stock_location,
    stock_move,
    stock_move_joined,
    stock_move_line,
    stock_picking,
    stock_picking_joined,
    stock_picking_screen,
    stock_quant,
)
