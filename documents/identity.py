"""Who a worker process is, as it stands in the job rows, and whether it still lives. Told on its own machine only."""

import os
import socket
from functools import cache

import psutil

# The start of a process is told relative to the clock, which may be set meanwhile.
CLOCK_STEP_S = 30


def of_this_host() -> str:
    """What the names of all processes of this machine begin with."""
    return f"{socket.gethostname()}:"


@cache
def of_this_process() -> str:
    """Return "host:process:start"; the start tells it from a later process of the same number."""
    process = psutil.Process()
    return f"{of_this_host()}{os.getpid()}:{process.create_time():.2f}"


def is_alive(worker: str) -> bool:
    _host, process_id, started = worker.rsplit(":", 2)
    try:
        process = psutil.Process(int(process_id))
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(process.create_time() - float(started)) < CLOCK_STEP_S
    except psutil.NoSuchProcess:
        return False
