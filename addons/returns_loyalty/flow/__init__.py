from . import less_to_invoice, store_credit
