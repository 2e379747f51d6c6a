"""Side by side with what others use: the same machine, the same chunks, the same questions, one run.

python benchmarks/peers.py --beir DIR... [--chunks N] [--cache DIR] [--json FILE] [--plot FILE]
"""

import json
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def main() -> None:
    options = _options()
    import django

    django.setup()
    from django.conf import settings

    from portal import embedded, first_run, trial

    trial.run_elsewhere()
    # A polite request to stop takes the database along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with embedded.running_database(settings.PORTAL_DATA_DIR):
        first_run.migrate(settings.PORTAL_DATA_DIR)
        _run(options)


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--beir", nargs="+", type=Path, required=True, metavar="DIR", help="sets in BEIR layout")
    parser.add_argument("--limit", type=int, help="questions of each set")
    parser.add_argument("--chunks", type=int, default=0, help="measure speed on so many chunks recombined of the sets")
    parser.add_argument("--speed-only", action="store_true", help="leave out the quality on the sets")
    parser.add_argument("--questions", type=int, default=100, help="questions that speed is measured with")
    parser.add_argument("--cache", type=Path, default=ROOT / "var" / "vectors", help="where vectors are kept")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    return parser.parse_args()


def _run(options: Namespace) -> None:
    from benchmarks import comparison, drawing

    figures = {"quality": {}}
    if not options.speed_only:
        figures["quality"] = comparison.qualities(options.beir, options.limit, options.cache, _say)
    if options.chunks:
        figures["speed"] = comparison.speed(options.beir, options.chunks, options.questions, options.cache, _say)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if options.plot:
        drawing.draw(figures, options.plot)
    print(comparison.tables(figures))


def _say(step: str, done: int, total: int) -> None:
    if done == total or done % 500 == 0 or total < 100:
        print(f"{step}: {done} / {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
