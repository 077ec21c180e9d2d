from . import guarded, intake, policy, logistics, inspection, settlement, governance
