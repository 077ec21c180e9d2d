from . import returns_expected
