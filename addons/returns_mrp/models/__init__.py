from . import (
    mrp_bom,
    returns_kit,
    returns_kit_part,
    returns_order_line,
    returns_order_line_kit,
    returns_sold_line,
    returns_facts,
    stock_move,
    sale_order_line,
    account_move_line,
    returns_snapshot,
    returns_api,
)
