from . import (
    returns_pdf,
    returns_audit_pdf,
    returns_destruction_report,
    returns_expected,
    returns_recall_customer,
    returns_refund_clock,
    returns_statement_pdf,
)
