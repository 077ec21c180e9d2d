from . import models, flow
from .hooks import post_init_hook
