from . import (
    returns_role_payout,
    returns_settlement,
    returns_settlement_line,
    returns_order,
    returns_order_line,
    account_move,
    sale_order_line,
)
