"""The environment of a test run: a data directory of its own, and nothing of the developer's.

Settings are read before pytest loads any conftest, hence tests.settings imports this module first.
Workers of pytest-xdist inherit the environment and share the server.
"""

import os
import tempfile
from pathlib import Path

IS_OWNER = "PORTAL_TEST_OWNER" not in os.environ
if IS_OWNER:
    os.environ["PORTAL_TEST_OWNER"] = str(os.getpid())
    for name in ("DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "SECRET_KEY"):
        os.environ.pop(name, None)
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        os.environ.pop(name, None)
    os.environ["PORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["EMBEDDING_THREADS"] = "1"

DATA_DIR = Path(os.environ["PORTAL_DATA_DIR"])
# Nothing is collected for tests; WhiteNoise warns when the folder is missing.
(DATA_DIR / "static").mkdir(exist_ok=True)
# A broker that one test starts is nothing to a test that runs at the same time in another process.
BROKER_DIR = DATA_DIR / os.environ.get("PYTEST_XDIST_WORKER", "broker")
