"""The steps, as far as kits go part by part: in the order of the way of a return."""

from . import kits, request, receive, inspect, cancel, worth, settle, credit
