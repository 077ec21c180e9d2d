"""A policy for each release rule, bound to its channel."""
