"""What the support check saw of a citation, in words for reviewers."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def in_words(features: Mapping[str, float]) -> tuple[str, ...]:
    """One phrase for each feature that people can make something of; others are left out."""
    return tuple(
        label % {"percent": round(100 * features[name])} for name, label in _labels().items() if name in features
    )


def _labels() -> dict[str, str]:
    return {
        "words": _("%(percent)s %% of the words are in the source"),
        "meaning": _("nearness in meaning %(percent)s %%"),
        "numbers": _("%(percent)s %% of the numbers are in the source"),
    }
