from . import test_gift_card, test_store_credit
