from . import models, flow, wizard
from .hooks import post_init_hook
