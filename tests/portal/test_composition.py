"""What the compose file starts is what the portal has."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings as own_settings
from django.core.management import call_command

from documents import liveness
from documents.jobs import LEASE
from portal import processes

ROOT = Path(own_settings.BASE_DIR)


@pytest.fixture(scope="module")
def composition():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_each_service_of_the_portal_is_started_once(composition):
    commands = [
        service["command"] for service in composition["services"].values() if service.get("image") == "knowledge-portal"
    ]

    assert sorted(commands) == sorted([["serve", "prepare"], *(["serve", name] for name in processes.NAMES)])


def test_names_of_services_are_those_that_run(tmp_path):
    assert {service.name for service in processes.of_the_portal(tmp_path, "", 0)} == set(processes.NAMES)


def test_container_waits_longer_for_a_worker_than_the_portal_and_not_as_long_as_a_lease(composition):
    period = composition["services"]["worker"]["stop_grace_period"]

    assert period.endswith("s")
    assert processes.WORKER_GRACE_S < float(period[:-1]) < LEASE.total_seconds()


def test_log_is_as_detailed_as_the_settings_say_and_tells_no_addresses(tmp_path, settings):
    settings.LOG_LEVEL = "WARNING"
    commands = {service.name: service.argv for service in processes.of_the_portal(tmp_path, "", 0)}

    assert all("--loglevel=WARNING" in commands[name] for name in ("worker", "beat"))
    assert "--no-access-log" in commands["web"]


def test_no_password_has_a_default(composition):
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

    for name in ("DATABASE_PASSWORD", "SECRET_KEY"):
        assert re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert not re.search(rf"\$\{{{name}(:-|\}})", text)


def test_each_service_that_goes_on_tells_whether_it_is_well(composition):
    lasting = {name: one for name, one in composition["services"].items() if one["restart"] != "no"}

    assert [name for name, one in lasting.items() if "healthcheck" not in one] == []


@pytest.mark.django_db
def test_clock_is_well_while_upkeep_comes(composition, capsys):
    *_python, _manage, command, _quiet, _option, code = composition["services"]["beat"]["healthcheck"]["test"]
    statuses = []
    for beat in (lambda: None, liveness.beat):
        beat()
        with pytest.raises(SystemExit) as end:
            call_command(command, command=code, verbosity=0)
        statuses.append(int(end.value.code))

    assert statuses == [1, 0]


@pytest.mark.parametrize(("given", "is_taken"), [(("SECRET_KEY", "DATABASE_PASSWORD"), True), (("SECRET_KEY",), False)])
def test_composition_is_taken_with_its_passwords_and_not_without(tmp_path, given, is_taken):
    copy = tmp_path / "docker-compose.yml"
    copy.write_bytes((ROOT / "docker-compose.yml").read_bytes())
    try:
        subprocess.run(["docker", "compose", "version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("there is no docker compose here")

    done = subprocess.run(
        ["docker", "compose", "--file", str(copy), "config", "--quiet"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **dict.fromkeys(given, "long and random")},
        capture_output=True,
    )

    assert (done.returncode == 0) is is_taken


def test_image_runs_as_nobody_special_and_is_made_as_the_readme_says():
    steps = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "make install" in steps
    assert re.search(r"^USER (?!root)\w+$", steps, re.MULTILINE)
