from . import audit
from . import returns_approval
from . import returns_statement
