"""Static files get names with their content's hash, modules and style sheets that import each other included."""

import re

import pytest
from django.core.management import call_command

MANIFEST = {"BACKEND": "portal.static_files.ModuleManifestStorage"}


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": MANIFEST}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def hashed(folder, pattern):
    [path] = [path for path in folder.glob(pattern) if re.search(r"\.[0-9a-f]{12}\.\w+$", path.name)]
    return path.read_text(encoding="utf-8")


def test_modules_and_style_sheets_import_each_other_by_hashed_names(collected):
    scripts = re.findall(r"import\s*\"(.*?)\"", hashed(collected, "js/app.*.js"))
    styles = re.findall(r"@import url\(\"(.*?)\"\)", hashed(collected, "css/app.*.css"))

    assert len(scripts) >= 3
    assert len(styles) >= 10
    assert all(re.search(r"\.[0-9a-f]{12}\.(js|css)$", name) for name in scripts + styles)
