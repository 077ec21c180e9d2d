from . import (
    inventory_state_change,
    product_product,
    res_company,
    res_config_settings,
    returns_approval,
    returns_event,
    returns_exception,
    returns_inspection,
    returns_setup_check,
    returns_write_down,
    returns_write_down_release,
    returns_write_down_rule,
)
