from . import (
    returns_checklist,
    returns_checklist_version,
    returns_checklist_question,
    returns_inspection_answer,
    returns_inspection,
    returns_order,
)
