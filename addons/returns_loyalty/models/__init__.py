from . import (
    account_move,
    res_company,
    res_config_settings,
    returns_exception,
    returns_order_line,
    returns_settlement,
    returns_setup_check,
)
