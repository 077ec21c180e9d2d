"""A policy for each release rule, bound to the channel where the demo shows it.

Each is the installed `standard` policy but for the moment at which money may go. The
web shop keeps `standard` itself.
"""

from . import invent

KEPT = "web"


def publish(env, manager):
    """Make the channel that is not installed, and publish the policies.

    :param manager: the user who publishes them
    """
    if not env["returns.channel"].search([("code", "=", "phone")]):
        env["returns.channel"].create({"code": "phone", "name": "Telephone"})
    standard = env["returns.policy"].search([("code", "=", "standard")], limit=1)
    for code, release in invent.RELEASE.items():
        if code != KEPT:
            version = draft_one(env, standard.current_version_id, code, release)
            # Four eyes: who wrote a version does not publish it.
            version.with_user(manager).action_publish()


def draft_one(env, model, code, release):
    """A copy of one version for one channel, with its own release rule."""
    channel = env["returns.channel"].search([("code", "=", code)], limit=1)
    policy = env["returns.policy"].create(
        {
            "code": f"demo-{code}",
            "name": f"Demo: {channel.name}",
            "channel_ids": [(6, 0, channel.ids)],
        }
    )
    version = model.with_env(env).copy({"policy_id": policy.id})
    version.rule_ids.release = release
    if code not in invent.TRUSTED:
        # These channels ask now for orders of a year: no window would let them in.
        version.rule_ids.write({"window": "unlimited", "window_days": 0})
    version.note = f"As standard, but money goes on: {release}."
    return version
