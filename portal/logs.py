"""What every line of the log knows beside its words."""

import logging
from typing import Any

from portal.request_facts import request_id


class RequestId(logging.Filter):
    """Adds the id of the request that is being answered; empty outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def configured(line_format: str, level: str) -> dict[str, Any]:
    """What the settings tell the logging library; `line_format` is "line" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": ["asctime", "levelname", "name", "message", "request_id"],
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                "json_ensure_ascii": False,
            },
        },
        "filters": {"request": {"()": "portal.logs.RequestId"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": line_format, "filters": ["request"]},
            "audit": {"class": "portal.audit.keeping.AuditHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "pypdf": {"level": "ERROR"},
            "httpx2": {"level": "WARNING"},
            # They tell of each request that they serve.
            "mcp": {"level": "WARNING"},
            "psycopg.pool": {"level": "WARNING"},
            "audit": {"handlers": ["audit"], "level": "INFO"},
            # Instead of the handlers that the web server has set up for itself. What people search for stands in the
            # addresses, so that requests are not told at all.
            "uvicorn": {"handlers": ["stderr"], "level": level, "propagate": False},
            "uvicorn.error": {"handlers": [], "level": level, "propagate": True},
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
