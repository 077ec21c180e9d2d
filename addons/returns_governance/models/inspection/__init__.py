from . import (
    returns_condition,
    returns_disposition,
    returns_inspection,
    returns_routing,
    stock_location,
    stock_warehouse,
    stock_warehouse_hours,
)
