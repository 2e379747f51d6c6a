"""Compare the installed versions with the list of known vulnerabilities; fail on findings, tell if nothing was done.

pip-audit alone ends well when the list knows none of the packages, and badly both when it finds something and when the
list cannot be reached. With --required, an unreachable list is a failure too.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

OPTIONS = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json", "--requirement"]
FOUND, UNREACHABLE = 1, 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requirements")
    parser.add_argument("--required", action="store_true")
    parser.add_argument("--program", default=Path(sys.executable).with_name("pip-audit"))
    wanted = parser.parse_args()
    done = subprocess.run([wanted.program, *OPTIONS, wanted.requirements], capture_output=True, text=True, check=False)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return unreachable((done.stderr.strip().splitlines() or ["no answer"])[-1], wanted.required)
    if all("skip_reason" in row for row in rows):
        return unreachable("it knows none of the packages", wanted.required)
    return compared(rows) or done.returncode


def compared(rows: list[dict]) -> int:
    skipped = [row["skip_reason"] for row in rows if "skip_reason" in row]
    found = [(row, one) for row in rows for one in row.get("vulns", [])]
    for reason in skipped:
        say(f"Not compared: {reason}")
    for row, one in found:
        mended = ", ".join(one["fix_versions"]) or "no version yet"
        say(f"{row['name']} {row['version']}: {one['id']}, mended in {mended}")
    say(f"{len(rows) - len(skipped)} packages compared, {len(found)} known vulnerabilities.")
    return FOUND if found else 0


def unreachable(reason: str, required: bool) -> int:
    say(f"NOTHING WAS COMPARED: the list of known vulnerabilities cannot be reached from here ({reason[:200]}).")
    say("Run `make audit` where there is a network.")
    return UNREACHABLE if required else 0


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
