"""What decides: pure Python beside the ORM.

Facts go in as frozen dataclasses, a verdict with its reasons comes out. Nothing in
here imports odoo, reads a database, knows the time or keeps a state, so that preview,
posting and replay ask the same functions and get the same answers.

===================  =========================================================
open                 to read
===================  =========================================================
``facts.py``         what is known of a line (`LineFacts`); rules, and how specific
                     a rule is; calendar days by time zone
``condition.py``     `FACTS`: what a rule can ask for; typed conditions
``outcomes.py``      `OUTCOMES`: everything a policy can set, with types and
                     defaults
``rulebook.py``      many rules as an index of bit masks (`compile_rules`)
``eligibility.py``   rules on facts: `evaluate`; may this line come back:
                     `decide_line`
``authority.py``     how many people have to say yes, of which role: `merge`
``law.py``           statutory limits, applied after the policy: `apply_law`
``release.py``       when money may go: `released`
``refund.py``        how much: `owed`; the only place that says it
``fees.py``          what of it is charged as fees, once: `charge`
``shares.py``        its arithmetic: `share`, `allocate`, `spread`
``matching.py``      what a scan is: `match_receipt`, `rank_candidates`
``coverage.py``      what is wrong with a set of rules: `examine`
``contest.py``       which rules compete for what, and who is stronger: `Book`
``cases.py``         all cases that rules can tell apart: `Space`
``search.py``        a case outside of many rules: `Search`
``disposition.py``   where the goods go: `dispose`, `check_matrix`
``net_value.py``     what goods still bring, and the allowance: `measure`
``analytic.py``      which analytic accounts a sum of parts is for: `mixed`
``checklist.py``     what answers a question of an inspection: `read_answer`
``errors.py``        `EngineError`, with a code, for input that makes no sense
===================  =========================================================

Conventions: money and quantities are `Decimal`; percentages are 0 to 100; moments are
UTC; dates are the customer's calendar days; an unknown fact is None; traces are plain
values that JSON can carry.
"""
