"""YAML for policy files: a small and strict part of it.

Read, each value is a text, a list or a mapping, and nothing else: ``NO`` stays the code
of Norway, ``007`` a reference and ``2026-11-01`` a date that the field converts. What
could surprise (anchors, a key that stands twice, tags) is refused.
"""

import yaml

# A policy of some ten thousand rules; more than that is no policy.
MOST_BYTES = 8 * 1024 * 1024


class NotReadable(ValueError):
    """The text is no policy file; says why, and where."""


class _Loader(yaml.BaseLoader):
    """Texts, lists and mappings, without what could surprise."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "a reference to another place (*name)", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """Lists of names on one line, everything else below each other."""

    def ignore_aliases(self, data):
        return True


class Line(list):
    """A list that is written on one line: ``[DE, AT]``."""


class LineMap(dict):
    """A mapping that is written on one line: ``{condition: A}``."""


def _whole(dumper, value):
    """500.0 as 500, and any other number in full."""
    text = format(value, ".15g")
    kind = "int" if text.lstrip("-").isdigit() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


_Dumper.add_representer(float, _whole)
_Dumper.add_representer(
    Line,
    lambda dumper, value: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=True
    ),
)
_Dumper.add_representer(
    LineMap,
    lambda dumper, value: dumper.represent_mapping(
        "tag:yaml.org,2002:map", value.items(), flow_style=True
    ),
)


def write(value):
    """``value`` as YAML, keys in their order."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=88,
    )


def read(text):
    """The texts, lists and mappings of a file.

    :raises NotReadable: for what is no YAML, or more of it than a policy needs
    """
    if len(text) > MOST_BYTES:
        raise NotReadable(f"larger than {MOST_BYTES // 1024 // 1024} MB")
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (makes texts only)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise NotReadable(f"{where}{error.problem}") from None
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        raise NotReadable(str(error)[:200] or "nested too deeply") from None
