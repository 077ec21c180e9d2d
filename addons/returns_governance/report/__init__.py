from . import returns_expected
from . import returns_audit_pdf
