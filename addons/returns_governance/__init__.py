from . import const, guard, engine
from . import models, flow, wizard, controllers, report
from .hooks import post_init_hook, uninstall_hook
