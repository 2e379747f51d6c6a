"""Ties a program to the life of its supervisor. Run as a script, it gives up root where an account is named,
has the kernel signal the process when the supervisor dies, and becomes the program.

Usage: tether.py SUPERVISOR_PID SIGNAL ACCOUNT PROGRAM ARGUMENT...   (ACCOUNT is `uid:gid`, or `-` to stay)
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def change_account(account: str) -> None:
    if account == "-":
        return
    uid, gid = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def follow_in_death(signal_number: int) -> None:
    """Ask for a signal when the parent dies, where there is such a thing. Changing the account forgets it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


def main(supervisor: str, signal_number: str, account: str, *program: str) -> None:
    change_account(account)
    follow_in_death(int(signal_number))
    if os.getppid() != int(supervisor):
        sys.exit("The supervisor is gone already.")
    os.execv(program[0], program)  # noqa: S606 - becoming the program is the point; no shell is involved


if __name__ == "__main__":
    main(*sys.argv[1:])
