from . import inventory_typed
from . import inventory_dialog
from . import inventory_state_change_wizard
from . import inventory_state_change_wizard_line
from . import inventory_state_reversal_wizard
from . import inventory_adopt_wizard
from . import inventory_adopt_wizard_line
