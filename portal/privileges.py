"""The account that runs PostgreSQL and Redis when the portal itself is run by root, which PostgreSQL refuses.

Directories on the way to their files are opened for passing through only, never for reading.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_NAME = "pgserver"
PASS_THROUGH = 0o001
READ_AND_PASS = 0o005


class NoAccountError(Exception):
    """Root has no ordinary account to hand the servers to, and could not make one."""


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"


def server_account(home: Path) -> Account | None:
    """Return who must run the servers whose files lie in `home`; None means whoever runs this process."""
    if os.geteuid() != 0:
        return None
    if home.exists() and home.stat().st_uid != 0:
        return Account(home.stat().st_uid, home.stat().st_gid)
    return _own_account()


def _own_account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _added_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _added_account() -> pwd.struct_passwd:
    arguments = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]
    try:
        # Two processes may add it at once, so only what is there afterwards counts.
        subprocess.run(arguments, check=False, capture_output=True)
        return pwd.getpwnam(ACCOUNT_NAME)
    except (OSError, KeyError) as error:
        raise NoAccountError from error


def make_private_dir(path: Path, account: Account | None) -> None:
    """Make a directory that only the servers' account (and root) may enter."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_symlink() or path.stat().st_uid not in _trusted_owners(account):
        raise PermissionError(f"{path} belongs to somebody else.")
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)


def _trusted_owners(account: Account | None) -> set[int]:
    return {os.geteuid()} if account is None else {os.geteuid(), account.uid}


def let_pass(path: Path) -> None:
    """Let every account pass through the directories above `path`."""
    for directory in path.resolve().parents:
        _add_mode(directory, PASS_THROUGH)


def let_read(directory: Path) -> None:
    """Let every account read what an installation under a strict umask left to root alone."""
    let_pass(directory)
    if directory.stat().st_mode & READ_AND_PASS == READ_AND_PASS:
        return
    for path in (directory, *directory.rglob("*")):
        _add_mode(path, READ_AND_PASS if path.is_dir() or path.stat().st_mode & 0o100 else 0o004)


def _add_mode(path: Path, mode: int) -> None:
    current = path.stat().st_mode
    if current & mode != mode:
        path.chmod(current | mode)
