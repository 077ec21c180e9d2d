from . import guarded, coded, intake, policy, logistics, inspection, settlement, governance
