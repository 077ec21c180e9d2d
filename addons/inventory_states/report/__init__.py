from . import report_stock_quantity
from . import stock_forecasted
from . import inventory_state_balance
from . import inventory_state_as_of
from . import inventory_state_report
from . import inventory_state_age
from . import inventory_state_map
