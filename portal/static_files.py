"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Shipped beside htmx and not used here; their imports name no file that exists.
UNUSED = "django_htmx/ext/"


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped base
    # Without it the imports of ES modules keep their plain names and browsers keep stale modules.
    # Only relative imports that end with a semicolon are rewritten.
    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        used = {path: where for path, where in paths.items() if not path.startswith(UNUSED)}
        yield from super().post_process(used, dry_run, **options)
