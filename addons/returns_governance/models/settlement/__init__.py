from . import (
    returns_role_payout,
    returns_settlement,
    returns_settlement_line,
    returns_order,
    returns_order_line,
    returns_gate,
    returns_adoption,
    account_move,
    account_move_returns_link,
    account_move_line,
    account_move_reversal,
    sale_order_line,
)
