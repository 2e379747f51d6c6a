"""Passwords that are made up for people, easy to read aloud and to type from a screen."""

import secrets

# Without letters and digits that are taken for one another when read from a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
