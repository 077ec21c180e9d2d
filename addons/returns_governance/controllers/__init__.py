from . import returns_approval
