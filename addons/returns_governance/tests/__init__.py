from . import (
    test_audit,
    test_engine_disposition,
    test_engine_doctests,
    test_engine_eligibility,
    test_engine_facts,
    test_engine_law,
    test_engine_matching,
    test_engine_refund,
    test_engine_release,
    test_flow,
)
