from . import (
    returns_approval,
    returns_automation,
    returns_event,
    returns_exception,
    returns_outbox,
    returns_role_advice,
)
