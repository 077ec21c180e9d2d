"""Scenarios of other returns modules, told in our own words against our addons.

Each test names the peer's case that it answers. Where the peer refuses and we go on,
or the other way round, the test says so.
"""
