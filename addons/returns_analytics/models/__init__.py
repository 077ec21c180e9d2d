# The order counts: what is written comes before what writes it.
# ruff: noqa: I001
from . import (
    returns_fact,
    returns_fact_sold,
    returns_fact_summary,
    returns_fact_todo,
    returns_fact_source,
    returns_fact_refresh,
    returns_gap,
    returns_gap_source,
    returns_fact_sums,
    returns_dashboard,
    product_template,
    product_supplierinfo,
    res_partner,
    sale_order,
    stock_move,
    stock_move_line,
)
