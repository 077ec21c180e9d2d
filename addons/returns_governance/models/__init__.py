# The order counts: a model comes after those that it inherits.
# ruff: noqa: I001
from . import (
    guarded,
    coded,
    edited,
    remembered,
    edition,
    intake,
    policy,
    logistics,
    inspection,
    settlement,
    governance,
    checklist,
    law,
    master,
    rollout,
    valuation,
    exchange,
    repair,
)
