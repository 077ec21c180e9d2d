from . import (
    res_company,
    res_users,
    returns_channel,
    returns_reason,
    returns_reference,
    returns_sold_line,
    returns_order,
    returns_order_line,
    sale_order,
)
