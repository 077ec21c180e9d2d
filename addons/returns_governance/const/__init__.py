"""Every state, code and event name of the addon: one room each, gathered here.

Python and tests take their words from here, so that a typing error is an
ImportError and the architecture tests can compare the screens with this list.
"""

from .case import *
from .codes import *
from .governance import *
from .law import *
from .money import *
from .policy import *
from .setup import *
