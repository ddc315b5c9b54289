"""The embedded server where others may write: its folder, its pid file, its socket, its door to the network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from seedkit.errors import EmbeddedServerError
from seedkit.postgres import embedded
from seedkit.postgres.embedded import cluster as cluster_module
from seedkit.postgres.embedded import places, postmaster
from seedkit.postgres.embedded.cluster import Cluster, initialize
from seedkit.postgres.embedded.liveness import read_pid_file
from seedkit.postgres.embedded.postmaster import bring_up
from seedkit.postgres.embedded.processes import signal_server
from tests.conftest import ROOT
from tests.servers import ServerMissing, throwaway_cluster

ADA = 4711
COMMANDS = (embedded.start, embedded.running, embedded.stop, embedded.reset)
START_AND_STOP = """
import sys, pathlib
from seedkit.postgres import embedded
embedded.start(pathlib.Path(sys.argv[1]))
print(embedded.stop(pathlib.Path(sys.argv[1])))
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root can make folders of others")


@pytest.fixture
def project() -> Iterator[Path]:
    """A folder that everybody may enter, with a folder beside it that is none of the project's."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "shop"
        folder.mkdir()
        (Path(place) / "elsewhere").mkdir()
        yield folder
        with suppress(EmbeddedServerError):  # no server was run there
            embedded.reset(folder)


def refusal(command: Callable[[Path], object], project: Path) -> str:
    with pytest.raises(EmbeddedServerError) as caught:
        command(project)
    return caught.value.message


# The folder


@needs_root
@pytest.mark.parametrize("command", COMMANDS)
def test_a_link_in_the_folder_of_another_is_not_followed(project: Path, command: Callable[[Path], object]) -> None:
    elsewhere = project.parent / "elsewhere"
    (project / ".seedkit").symlink_to(elsewhere)
    os.chown(project, ADA, ADA)

    message = refusal(command, project)

    assert message == f"{project / '.seedkit'} is a link: the embedded server is not run there"
    assert list(elsewhere.iterdir()) == []


@needs_root
def test_a_link_of_another_in_a_folder_of_our_own_is_not_followed(project: Path) -> None:
    (project / ".seedkit").symlink_to(project.parent / "elsewhere")
    os.chown(project / ".seedkit", ADA, ADA, follow_symlinks=False)

    assert "is a link" in refusal(embedded.start, project)


def test_a_link_that_leads_nowhere_makes_nothing(project: Path) -> None:
    (project / ".seedkit").symlink_to(project.parent / "nowhere")

    assert "is a link" in refusal(embedded.start, project)
    assert not (project.parent / "nowhere").exists()


def test_a_link_of_our_own_in_a_folder_of_our_own_is_followed(project: Path) -> None:
    (project / ".seedkit").symlink_to(project.parent / "elsewhere")
    (project.parent / "elsewhere").chmod(0o755)

    with psycopg.connect(embedded.start(project).conninfo("postgres")) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


@needs_root
@pytest.mark.parametrize("command", COMMANDS)
def test_the_state_of_another_is_not_used(project: Path, command: Callable[[Path], object]) -> None:
    state = project / ".seedkit"
    (state / "postgres").mkdir(parents=True)
    os.chown(state, ADA, ADA)

    message = refusal(command, project)

    assert message.startswith(f"{state} belongs to another user (uid {ADA}), not to us (uid 0)")
    assert [path.name for path in state.iterdir()] == ["postgres"]


@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_state_that_others_may_write_is_not_used(project: Path, mode: int) -> None:
    (project / ".seedkit").mkdir()
    (project / ".seedkit").chmod(mode)

    assert "may be written by others" in refusal(embedded.start, project)


# The pid


def data_of(project: Path) -> Path:
    found = places.data_of(project)
    assert found is not None
    return found


def pid_of(project: Path) -> int:
    return int((data_of(project) / "postmaster.pid").read_text().split("\n")[0])


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Start a process that runs a program of any name; gives its pid."""
    running: list[subprocess.Popen[bytes]] = []

    def start(name: str, owner: int | None) -> int:
        place = Path(tempfile.mkdtemp(dir="/tmp"))
        place.chmod(0o755)
        program = Path(shutil.copy("/bin/sleep", place / name))
        running.append(subprocess.Popen([program, "60"], user=owner, cwd="/"))
        return running[-1].pid

    yield start
    for process in running:
        process.kill()
        process.wait()
        shutil.rmtree(Path(str(process.args[0])).parent)  # type: ignore[index]


@pytest.mark.parametrize("name", ["sleep", "postgres"])
def test_no_signal_reaches_another_program_of_the_servers_account(
    project: Path, sleeper: Callable[..., int], name: str
) -> None:
    embedded.start(project)
    pid = sleeper(name, data_of(project).stat().st_uid)

    assert not signal_server(pid, data_of(project), signal.SIGKILL)
    assert Path(f"/proc/{pid}/cmdline").read_bytes() != b""


@needs_root
def test_no_signal_reaches_a_postgres_of_another_user(project: Path, sleeper: Callable[..., int]) -> None:
    embedded.start(project)
    pid = sleeper("postgres", ADA)

    assert not signal_server(pid, data_of(project), signal.SIGKILL)
    assert Path(f"/proc/{pid}/cmdline").read_bytes() != b""


def test_no_signal_reaches_the_server_of_another_project(project: Path) -> None:
    other = project.parent / "elsewhere"
    embedded.start(project)
    embedded.start(other)

    sent = signal_server(pid_of(other), data_of(project), signal.SIGQUIT)

    assert not sent
    assert embedded.stop(other)
    embedded.reset(other)


def test_a_pid_file_that_names_another_process_ends_none(
    project: Path, sleeper: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmaster, "SHUTDOWNS", [(signal.SIGINT, 0.1), (signal.SIGKILL, 0.1)])
    embedded.start(project)
    pid_file = data_of(project) / "postmaster.pid"
    before = pid_file.read_text()
    pid = sleeper("postgres", data_of(project).stat().st_uid)
    pid_file.write_text("\n".join([str(pid), *before.split("\n")[1:]]))

    with pytest.raises(EmbeddedServerError, match="does not stop"):
        embedded.stop(project)

    assert Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    pid_file.write_text(before)


@pytest.mark.parametrize("number", ["0", "-1", "-4711", "99999999999999999999", "one"])
def test_a_number_that_is_no_process_is_none(project: Path, number: str) -> None:
    server = embedded.start(project)
    text = (data_of(project) / "postmaster.pid").read_text().split("\n", 1)[1]
    copied = project.parent / "elsewhere"
    (copied / "postmaster.pid").write_text(f"{number}\n{text}")

    assert read_pid_file(copied) is None
    assert read_pid_file(server.data_directory) is not None


@needs_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not on this machine")
def test_root_without_the_right_to_look_into_processes_stops_its_server(project: Path) -> None:
    """As in a container, where root lacks CAP_SYS_PTRACE."""
    command = ["setpriv", "--bounding-set=-sys_ptrace", sys.executable, "-c", START_AND_STOP, str(project)]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout) == (0, "True\n"), ran.stderr


# The socket


@pytest.mark.parametrize("claimed", ["{another}", "production.example.com", "@abstract"])
def test_a_server_that_says_it_listens_elsewhere_is_not_ours(project: Path, server: str, claimed: str) -> None:
    embedded.start(project)
    pid_file = data_of(project) / "postmaster.pid"
    before = pid_file.read_text()
    lines = before.split("\n")
    lines[4] = claimed.format(another=conninfo_to_dict(server)["host"])  # where a server answers
    pid_file.write_text("\n".join(lines))

    found = embedded.running(project)
    pid_file.write_text(before)

    assert found is None


# The network


@pytest.fixture
def older(postgres_version: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster as an older seedkit has created it, which lets whoever comes by the network in."""
    monkeypatch.setattr(cluster_module, "_ACCESS", ("--auth=trust",))
    try:
        with throwaway_cluster(postgres_version) as cluster:
            initialize(cluster)
            yield cluster
    except ServerMissing as missing:
        pytest.skip(str(missing))


def rules_of(cluster: Cluster) -> list[tuple[str, str]]:
    """The rules that a server of the cluster has read, each as its type and what it does."""
    server = bring_up(cluster)
    with psycopg.connect(server.conninfo("postgres")) as session:
        return session.execute("select type, auth_method from pg_hba_file_rules order by line_number").fetchall()


def test_a_server_of_an_older_seedkit_rejects_whoever_comes_by_the_network_from_its_next_start(
    older: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    path = older.data_directory / "pg_hba.conf"
    path.write_text(path.read_text() + "# a note of mine\n")

    rules = rules_of(older)

    assert set(rules) == {("local", "trust"), ("host", "reject")}
    assert path.read_text().endswith("# a note of mine\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == older.data_directory.stat().st_uid
    assert "warning" not in caplog.text


@pytest.mark.parametrize(
    "edited",
    [
        "host all ada 10.0.0.0/8 trust",
        "hostssl all all all trust",
        "host all ada 10.0.0.0/8 scram-sha-256",
        "local all ada scram-sha-256",
    ],
)
def test_rules_that_somebody_has_changed_stay_and_are_told(
    older: Cluster, caplog: pytest.LogCaptureFixture, edited: str
) -> None:
    path = older.data_directory / "pg_hba.conf"
    path.write_text(f"{edited}\n{path.read_text()}")
    before = path.read_text()

    rules_of(older)

    assert path.read_text() == before
    assert "lets whoever comes by the network in without a password" in caplog.text


def test_rules_of_somebodys_own_that_let_nobody_in_are_told_nothing_of(
    older: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    path = older.data_directory / "pg_hba.conf"
    path.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")

    rules = rules_of(older)

    assert rules == [("local", "trust"), ("host", "scram-sha-256")]
    assert "warning" not in caplog.text


@needs_root
def test_root_writes_no_rules_to_where_the_servers_account_has_put_a_link(
    older: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = older.data_directory / "pg_hba.conf"
    victim = tmp_path / "victim"
    victim.write_text(path.read_text())
    before = victim.read_text()
    (older.data_directory / "pg_hba.conf.new").symlink_to(victim)

    bring_up(older)

    assert victim.read_text() == before
    assert "could not be rewritten" in caplog.text


def test_whoever_comes_by_the_network_is_rejected(postgres_version: int) -> None:
    address = "127.0.0.77"  # one that nobody else listens on
    try:
        with throwaway_cluster(postgres_version) as cluster:
            server = bring_up(cluster, settings=[f"listen_addresses={address}"])
            with psycopg.connect(server.conninfo("postgres")) as local:
                [[rules]] = local.execute(
                    "select array_agg(distinct auth_method) from pg_hba_file_rules where type <> 'local'"
                ).fetchall()
            with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects connection"):
                psycopg.connect(f"postgresql://postgres@{address}:5432/postgres")
    except ServerMissing as missing:
        pytest.skip(str(missing))

    assert rules == ["reject"]
