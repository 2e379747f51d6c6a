"""What reviewers read of the support check."""

from chat.support_words import in_words


def test_share_of_words_and_faults_are_said():
    features = {"words": 0.666, "other_facts": 1.0, "missing_names": 0.69, "overstated": 0.0, "meaning": 0.4}

    assert in_words(features) == (
        "67 % of the words are in the source",
        "the source has another number or day",
        "a name is not in the source",
    )


def test_quotation_has_nothing_to_say():
    assert in_words({}) == ()
