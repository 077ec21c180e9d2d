from . import (
    returns_decision,
    returns_facts,
    returns_policy,
    returns_policy_part,
    returns_policy_prose,
    returns_policy_rule,
    returns_policy_rule_disposition,
    returns_policy_version,
    returns_policy_sentence,
    returns_trace,
)
