from . import (
    stock_avco_mark,
    product_product,
    product_template,
    product_value,
    res_company,
    stock_location,
    stock_move,
    stock_move_line,
    uom_uom,
)
