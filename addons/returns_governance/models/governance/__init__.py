from . import (
    inventory_role_approval,
    returns_approval,
    returns_automation,
    returns_event,
    returns_event_check,
    returns_event_seal,
    returns_event_words,
    returns_exception,
    returns_exception_screen,
    returns_outbox,
    returns_role_advice,
)
