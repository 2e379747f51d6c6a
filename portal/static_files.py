"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    # Without it the imports of ES modules keep their plain names and browsers keep stale modules.
    # Only relative imports that end with a semicolon are rewritten.
    support_js_module_import_aggregation = True
