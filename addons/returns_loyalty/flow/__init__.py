from . import less_to_invoice, store_credit, store_credit_prepaid
