"""Policies: what their rules can say, how they are written and replayed."""

POLICY_RULE_EXPIRY = [
    ("days", "Days"),
    ("never", "Never"),
]
POLICY_RULE_ROUTE_BY_HUMAN = [
    ("yes", "A person"),
    ("no", "The policy"),
]
POLICY_RULE_EVIDENCE = [
    ("images", "Photos"),
    ("files", "As listed"),
    ("none", "None"),
]
POLICY_RULE_APPROVAL = [
    ("above", "Above an amount"),
    ("levels", "By levels"),
    ("never", "Never"),
]
POLICY_RULE_WINDOW = [
    ("days", "Days"),
    ("unlimited", "No limit"),
]
POLICY_VERSION_STATE = [
    ("draft", "Draft"),
    ("published", "Published"),
    ("retired", "Retired"),
]
YES_NO = [("yes", "Yes"), ("no", "No")]
LABEL_MODES = [
    ("none", "No label"),
    ("label", "A label to print"),
    ("qr", "A code to show at the counter"),
    ("drop_off", "Drop-off without a label"),
    ("customer", "The customer sends it"),
]
EVIDENCE_KINDS = [
    ("image", "Photos"),
    ("pdf", "PDF files"),
    ("any", "Files of any kind"),
]
POLICY_RULE_FEE = [
    ("charged", "As listed"),
    ("none", "None"),
]
POLICY_RULE_BONUS = [
    ("percent", "Percent"),
    ("none", "None"),
]
QUESTION_KINDS = [
    ("yes_no", "Yes or no"),
    ("choice", "Choice of one"),
    ("number", "Number"),
    ("text", "Text"),
    ("photo", "Photos"),
]
# What a test case of a policy expects of a return.
POLICY_TEST_EXPECT = [
    ("accepted", "May come back"),
    ("approval", "Waits for approval"),
    ("refused", "Is refused"),
]
POLICY_TEST_RESULT = [
    ("green", "Passes"),
    ("red", "Fails"),
    ("broken", "Cannot run"),
]
# What becomes of a name in a policy file that the database does not know.
POLICY_IMPORT_CHOICE = [
    ("use", "Use another"),
    ("create", "Create it"),
    ("skip", "Leave out what asks for it"),
]
POLICY_IMPORT_STATE = [
    ("choose", "Choose"),
    ("check", "Check"),
]
POLICY_IMPORT_SOURCE = [
    ("pack", "A pack that comes with the app"),
    ("file", "A file"),
]
REPLAY_STATES = [
    ("draft", "To start"),
    ("running", "Running"),
    ("done", "Done"),
    ("stopped", "Stopped"),
    ("failed", "Broken off"),
]
REPLAY_EFFECTS = [
    ("better", "Better"),
    ("worse", "Worse"),
    ("same", "The same"),
]
REPLAY_ANSWERS = [
    ("accepted", "Accepted"),
    ("partly", "Partly accepted"),
    ("refused", "Refused"),
]
REPLAY_TIMINGS = [
    ("earlier", "Earlier"),
    ("later", "Later"),
    ("same", "At the same time"),
    ("unknown", "Not known"),
]
