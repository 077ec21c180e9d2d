from . import inventory_state_change_wizard
from . import inventory_state_change_wizard_line
from . import inventory_state_reversal_wizard
