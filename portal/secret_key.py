"""The signing key of an embedded installation: made once, kept in the data directory, readable by its owner only."""

import os
import secrets
from pathlib import Path


def kept_in(data_dir: Path) -> str:
    """Return the key of this data directory, making it the first time."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii").strip()


def replace(data_dir: Path, key: str) -> None:
    """Give this data directory the key of another one, whose data has come here."""
    _draft(data_dir / "secret_key", key).replace(data_dir / "secret_key")


def _draft(path: Path, key: str) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return draft


def _write_once(path: Path, key: str) -> None:
    """Two processes may start together: link() lets exactly one of their keys become the key."""
    draft = _draft(path, key)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
