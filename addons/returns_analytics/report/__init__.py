from . import returns_rate_report
