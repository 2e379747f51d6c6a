"""The area under the ROC curve."""

import pytest

from chat.roc import area


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [
        ([3, 2], [1, 0], 1.0),
        ([0.8, 0.9], [0.1, 0.2], 1.0),
        ([1], [2], 0.0),
        ([1, 1], [1, 1], 0.5),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.2, 0.6], [0.4], 0.5),
        ([3, 1], [2, 0], 0.75),
        ([], [1], 0.3),
        ([1], [], 0.3),
    ],
)
def test_the_area_is_the_share_of_pairs_in_the_right_order(positive, negative, expected):
    assert area(positive, negative, if_empty=0.3) == expected
