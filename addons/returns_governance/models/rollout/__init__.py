from . import (
    returns_rollout,
    returns_rollout_phase,
    returns_rollout_kpi,
    returns_rollout_figure,
    returns_shadow_decision,
    returns_shadow,
    returns_gate,
    returns_gate_payment,
    payment_transaction,
    sale_order_line,
    stock_move,
)
