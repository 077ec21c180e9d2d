from . import returns_role_payout, returns_settlement, returns_settlement_line
