from . import (
    returns_exchange,
    returns_order_line,
    returns_order,
    returns_returnless,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
    returns_snapshot,
    returns_api_intake,
    returns_event_words,
    returns_exception,
)
