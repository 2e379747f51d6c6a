"""Whether a sentence says nearly what a claim says, but with another number, the opposite, or a denial; pure.

Careful rather than complete: a false alarm costs more trust than a mark that is only called unverified.
"""

from chat.support.features import Features

# Share of the claim's words that the source has to have before it can contradict it: by another number, by the
# opposite of a word, by denying one.
SAME_BUT_NUMBER = 0.7
SAME_BUT_OPPOSITE = 0.6
SAME_BUT_DENIED = 0.9


def contradicts(found: Features) -> bool:
    """Whether a sentence says nearly the same, but with another number, the opposite, or a denial."""
    if found.other_facts and found.words >= SAME_BUT_NUMBER:
        return True
    # The opposite of a word, denied, is the word.
    if found.opposite and found.denied_words:
        return False
    return bool(found.opposite and found.words >= SAME_BUT_OPPOSITE) or bool(
        found.denied_words and found.words >= SAME_BUT_DENIED and found.negation
    )
