"""What may be a primary key, of what somebody sends as one."""

import pytest

from documents.sent_keys import key_of


@pytest.mark.parametrize(
    ("sent", "key"),
    [("7", 7), ("0" * 17 + "7", 7), (18 * "9", 10**18 - 1), (19 * "9", None), (5000 * "9", None)]
    + [(sent, None) for sent in ("", "-1", "²", "٣", " 7", "x")],
)
def test_only_digits_that_fit_into_a_column_are_a_key(sent, key):
    assert key_of(sent) == key
