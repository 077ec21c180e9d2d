# The order counts: a model comes after those that it inherits.
# ruff: noqa: I001
from . import (
    guarded,
    coded,
    edited,
    intake,
    policy,
    logistics,
    inspection,
    settlement,
    governance,
    law,
    master,
    rollout,
)
