"""What the support check saw of a citation, in words for reviewers; the features are those of chat.support."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


def in_words(features: Mapping[str, float]) -> tuple[str, ...]:
    """What people can make something of: how many words were found, and every fault."""
    share = _("%(percent)s %% of the words are in the source")
    shares = [share % {"percent": round(100 * features["words"])}] if "words" in features else []
    return (*shares, *(words for name, words in _faults().items() if features.get(name, 0) > 0))


def _faults() -> dict[str, str]:
    return {
        "other_facts": _("the source has another number or day"),
        "missing_facts": _("a number or day is not in the source"),
        "missing_names": _("a name is not in the source"),
        "denied_words": _("one denies what the other says"),
        "opposite": _("the source has the opposite of a word"),
        "overstated": _("says “all”, “only” or “always” where the source does not"),
    }
