from . import test_gift_card, test_prepaid_credit, test_store_credit
