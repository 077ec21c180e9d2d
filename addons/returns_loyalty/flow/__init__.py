from . import store_credit
