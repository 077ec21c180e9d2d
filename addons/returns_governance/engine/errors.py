"""The engine's one exception: input that makes no sense."""


class EngineError(ValueError):
    """Input that no verdict can be given for; callers turn it into a user's error.

    :param str code: stable code for programs, such as ``BAD_RULE``
    :param str message: text for people that names what is wrong
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
