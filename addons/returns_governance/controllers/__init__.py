from . import audit
from . import returns_approval
