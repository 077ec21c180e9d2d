from . import (
    returns_data_owner,
    returns_setup_check,
    returns_setup_check_codes,
    returns_setup_check_money,
    returns_setup_check_people,
    returns_setup_check_stock,
    returns_setup_gap,
    returns_setup_ways,
    returns_order,
    returns_setup_step,
    returns_setup_check_fees,
)
