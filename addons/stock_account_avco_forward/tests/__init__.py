from . import common, test_core, test_mark, test_property
