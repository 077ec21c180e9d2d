from . import (
    test_access,
    test_accrual,
    test_accrual_share,
    test_dashboard,
    test_facts,
    test_gaps,
    test_money_board,
    test_prepaid,
    test_profit,
    test_statement,
    test_refresh,
    test_screens,
)
