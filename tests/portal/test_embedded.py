"""The embedded services, with the real programs in temporary directories."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import environ
import pytest

from portal import embedded, postgres
from portal.embedded import EmbeddedError, running_database
from tests.running_portal import ROOT, connect, wait_for

pytestmark = pytest.mark.slow

HOLDER = """
import sys, time
from pathlib import Path
from portal import embedded
with getattr(embedded, sys.argv[1])(Path(sys.argv[2]), *sys.argv[3:]):
    print("holding", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def nothing_left_running(request):
    yield
    if "data_dir" in request.fixturenames:
        postgres.stop(embedded.database_server(request.getfixturevalue("data_dir")))


def is_running(data_dir):
    return postgres.running_process(embedded.database_server(data_dir)) is not None


@contextmanager
def another_process(function, data_dir, *arguments):
    """Hold one of the context managers of `embedded` in a process of its own."""
    argv = [sys.executable, "-c", HOLDER, function, str(data_dir), *arguments]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def test_sockets_lie_in_the_data_directory_when_the_path_is_short():
    assert embedded.socket_dir(Path("/srv/portal")) == Path("/srv/portal/sockets")


@pytest.mark.parametrize("name", ["x" * 120, "한" * 40, "a,b", "it's", 'say "hi"'])
def test_sockets_lie_elsewhere_when_the_path_is_long_or_awkward(name):
    directory = embedded.socket_dir(Path("/srv") / name)

    assert directory.parent != Path("/srv") / name
    assert len(os.fsencode(directory / postgres.SOCKET_NAME)) <= 100


def test_two_data_directories_never_share_a_socket():
    long = "x" * 120

    assert embedded.socket_dir(Path("/srv/a") / long) != embedded.socket_dir(Path("/srv/b") / long)


def test_database_url_survives_spaces_and_signs():
    config = environ.Env.db_url_config(embedded.database_url(Path("/srv/Our Portal+1/50%")))

    assert config["HOST"] == "/srv/Our Portal+1/50%/sockets"
    assert (config["NAME"], config["USER"], config["PORT"]) == ("portal", "postgres", 5432)


def test_database_takes_connections_on_the_socket_only(data_dir):
    with running_database(data_dir), connect(data_dir) as connection:
        shown = connection.execute("SHOW listen_addresses").fetchone()
        vector = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").fetchone()

    assert shown == ("",)
    assert vector == (1,)


def test_database_is_durable_and_speaks_unicode(data_dir):
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "timezone": "UTC",
        "server_encoding": "UTF8",
    }
    with running_database(data_dir), connect(data_dir) as connection:
        found = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in wanted}
        lowered = connection.execute("SELECT lower('ÉCOLE 가')").fetchone()

    assert found == wanted
    assert lowered == ("école 가",)


@pytest.mark.parametrize(("memory_gb", "buffers"), [(1, "256MB"), (2, "512MB"), (8, "2048MB"), (64, "8192MB")])
def test_memory_settings_follow_the_machine(data_dir, memory_gb, buffers):
    values = postgres.settings(embedded.database_server(data_dir), memory_gb * 1024**3)

    assert values["shared_buffers"] == buffers


def test_only_the_last_user_stops_the_database(data_dir):
    with running_database(data_dir):
        with running_database(data_dir):
            assert is_running(data_dir)
        assert is_running(data_dir)

    assert not is_running(data_dir)


def test_database_of_a_killed_command_is_used_and_stopped_by_the_next(data_dir):
    with another_process("running_database", data_dir) as holder:
        holder.kill()
        holder.wait()
    assert is_running(data_dir)

    with running_database(data_dir), connect(data_dir) as connection:
        connection.execute("SELECT 1")

    assert not is_running(data_dir)


def test_committed_rows_survive_kill_of_the_server(data_dir):
    server = embedded.database_server(data_dir)
    with running_database(data_dir), connect(data_dir) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS number")
        postgres.running_process(server).kill()
        wait_for(lambda: not is_running(data_dir))

    with running_database(data_dir), connect(data_dir) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)


def test_stale_lock_file_with_a_recycled_process_id_is_no_obstacle(data_dir):
    with running_database(data_dir):
        pass
    lines = f"{os.getpid()}\n{data_dir}/postgres\n1\n5432\n\n\n\nready\n"
    (data_dir / "postgres" / "postmaster.pid").write_text(lines, encoding="utf-8")

    with running_database(data_dir), connect(data_dir) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_half_made_cluster_is_made_anew(data_dir):
    other = data_dir.with_name("other")
    draft = other / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n", encoding="ascii")

    postgres.prepare(embedded.database_server(other))

    assert (other / "postgres" / "postgresql.conf").exists()
    assert not draft.exists()


def test_database_that_cannot_start_says_why_in_one_line(data_dir):
    with running_database(data_dir):
        pass
    configuration = data_dir / "postgres" / "postgresql.conf"
    sound = configuration.read_text(encoding="utf-8")
    configuration.write_text(sound + "\nwork_mem = 'plenty'\n", encoding="utf-8")

    with pytest.raises(EmbeddedError, match="configuration file .* contains errors") as caught:
        running_database(data_dir).__enter__()

    configuration.write_text(sound, encoding="utf-8")
    assert "\n" not in str(caught.value)


def test_second_up_on_a_data_directory_is_told_about_the_first(data_dir):
    with (
        another_process("sole_owner", data_dir, "http://127.0.0.1:8001"),
        pytest.raises(EmbeddedError, match="already runs on .*http://127.0.0.1:8001"),
        embedded.sole_owner(data_dir, "http://127.0.0.1:8002"),
    ):
        pass


def test_killed_up_does_not_block_the_next(data_dir):
    with another_process("sole_owner", data_dir, "first") as holder:
        holder.kill()
        holder.wait()

    with embedded.sole_owner(data_dir, "second"):
        assert (data_dir / "run" / "up.lock").read_text(encoding="utf-8") == "second"


def test_up_adopts_the_database_that_a_command_uses(data_dir):
    with another_process("running_database", data_dir) as holder, embedded.sole_owner(data_dir, "up"):
        adopted = embedded.adopted_database(data_dir)
        holder.terminate()
        holder.wait()
        with running_database(data_dir):
            pass

        assert adopted == postgres.running_process(embedded.database_server(data_dir))


def test_up_stops_a_database_that_nobody_uses(data_dir):
    with another_process("running_database", data_dir) as holder:
        holder.kill()
        holder.wait()

    with embedded.sole_owner(data_dir, "up"):
        assert embedded.adopted_database(data_dir) is None

    assert not is_running(data_dir)


@pytest.mark.parametrize("command", [["help"], ["makemessages"], ["search", "--help"], []])
def test_commands_without_need_of_the_database_do_not_start_it(settings, tmp_path, command):
    settings.EMBEDDED_DATABASE = True
    settings.PORTAL_DATA_DIR = tmp_path / "none"

    with embedded.database_for(["manage.py", *command]):
        assert not settings.PORTAL_DATA_DIR.exists()


def test_commands_leave_a_named_database_server_alone(settings, tmp_path):
    settings.EMBEDDED_DATABASE = False
    settings.PORTAL_DATA_DIR = tmp_path / "none"

    with embedded.database_for(["manage.py", "search", "question"]):
        assert not settings.PORTAL_DATA_DIR.exists()


@pytest.fixture
def former_handlers():
    former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("former_handlers")
def test_migrate_gets_the_database_as_it_is_and_leaves_no_process(settings, data_dir):
    settings.EMBEDDED_DATABASE = True
    settings.PORTAL_DATA_DIR = data_dir

    with embedded.database_for(["manage.py", "migrate"]), connect(data_dir) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'django_migrations'")
        assert tables.fetchone() == (0,)

    assert not is_running(data_dir)


@pytest.mark.usefixtures("former_handlers")
def test_polite_end_of_a_command_takes_its_database_along(settings, data_dir):
    settings.EMBEDDED_DATABASE = True
    settings.PORTAL_DATA_DIR = data_dir

    def be_ended():
        with embedded.database_for(["manage.py", "migrate"]):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)

    with pytest.raises(SystemExit):
        be_ended()

    assert not is_running(data_dir)
