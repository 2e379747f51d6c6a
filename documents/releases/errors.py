"""What stands against a step of a release."""


class ReleaseError(Exception):
    """The step was not taken; the message is a translated sentence that says why and what to do."""
