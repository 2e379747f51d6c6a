"""What a parsing child takes away from itself before it opens a file: memory, time, children, network.

Limits are set by the child, not between fork and exec of a threaded parent, where only async-signal-safe
calls are allowed. Each step that the system refuses is skipped; limits and the parent's clock always hold.
"""

import ctypes
import platform
import resource
import signal
import struct

_MAX_OPEN_FILES = 64

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000

_BPF_LOAD = 0x20
_BPF_EQUAL = 0x15
_BPF_AT_LEAST = 0x35
_BPF_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050001  # the call fails with EPERM
# System calls of other calling conventions (x32) start here and would slip past the numbers below.
_FIRST_FOREIGN_CALL = 0x40000000

# Per machine: the kernel's architecture number, then clone, fork, vfork, execve, execveat, clone3, ptrace,
# socket, socketpair, connect, bind, sendto, io_uring_setup (which could do what the others may not).
_FORBIDDEN_CALLS = {
    "x86_64": (0xC000003E, (56, 57, 58, 59, 322, 435, 101, 41, 53, 42, 49, 44, 425)),
    "aarch64": (0xC00000B7, (220, 221, 281, 435, 117, 198, 199, 203, 200, 206, 425)),
}

# execve by machine; it starts nothing beside this process, and the filter stays with it.
_BECOMING_CALLS = (59, 221)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def confine(memory_bytes: int, cpu_s: int, file_bytes: int, *, may_become_another: bool = False) -> None:
    """Give up everything that parsing one file does not need; only some jobs may run another program in their place."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN_FILES, _MAX_OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not enforced for root, whom the filter of system calls stops instead.
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if not _filter_system_calls(libc, may_become_another=may_become_another):
        _leave_network(libc)


def _filter_system_calls(libc: ctypes.CDLL, *, may_become_another: bool) -> bool:
    """Refuse new processes and sockets. False where the kernel or the machine has no such filter."""
    known = _FORBIDDEN_CALLS.get(platform.machine())
    if known is None:
        return False
    architecture, forbidden = known
    if may_become_another:
        forbidden = tuple(call for call in forbidden if call not in _BECOMING_CALLS)
    program = _filter_program(architecture, forbidden)
    buffer = ctypes.create_string_buffer(program, len(program))
    pointer = _Program(len(program) // 8, ctypes.addressof(buffer))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(pointer), 0, 0) == 0)


def _filter_program(architecture: int, forbidden: tuple[int, ...]) -> bytes:
    """A classic BPF program over (system call number, architecture)."""
    count = len(forbidden)
    steps = [
        (_BPF_LOAD, 0, 0, 4),
        (_BPF_EQUAL, 0, count + 3, architecture),
        (_BPF_LOAD, 0, 0, 0),
        (_BPF_AT_LEAST, count + 1, 0, _FIRST_FOREIGN_CALL),
        *((_BPF_EQUAL, count - position, 0, number) for position, number in enumerate(forbidden)),
        (_BPF_RETURN, 0, 0, _ALLOW),
        (_BPF_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _leave_network(libc: ctypes.CDLL) -> None:
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
