"""What code that has taken over a sandbox child would try: an operation and a table of attempts.

Each attempt returns when it succeeded and raises when it did not. System calls are made by number through
ctypes, as an exploit would make them; what they would destroy lies in a folder of the test.
"""

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

Attempt = Callable[[Mapping[str, str]], object]
_DOCUMENT, _OUTPUT, _ANSWER = 3, 4, 5
_ARM = platform.machine() == "aarch64"
# Number on x86-64 and on arm64.
_CALLS = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "execveat": (322, 281),
    "openat2": (437, 437),
    "personality": (135, 92),
    "userfaultfd": (323, 282),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "clone3": (435, 435),
    "open_by_handle_at": (304, 265),
    "pidfd_open": (434, 434),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "syslog": (103, 116),
    "acct": (163, 89),
    "swapon": (167, 224),
    "reboot": (169, 142),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "socketpair": (53, 199),
    "timer_create": (222, 107),
    "setuid": (105, 146),
    "capset": (126, 91),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mknodat": (259, 33),
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "sendmsg": (46, 211),
    "quotactl": (179, 60),
    "name_to_handle_at": (303, 264),
    "fsopen": (430, 430),
    "pkey_alloc": (330, 289),
    "kcmp": (312, 272),
    "prctl": (157, 167),
}


def attempt(
    _document: BinaryIO, arguments: Mapping[str, object], _output: BinaryIO | None
) -> dict[str, object]:
    """Try the abuse named `abuse`; `places` are what it is aimed at."""
    places = {str(key): str(value) for key, value in dict(arguments["places"]).items()}  # type: ignore[call-overload]
    try:
        ABUSES[str(arguments["abuse"])](places)
    except OSError as error:
        return {"blocked": True, "errno": errno.errorcode.get(error.errno or 0, ""), "uid": os.getuid()}
    return {"blocked": False, "uid": os.getuid()}


def call(name: str, *arguments: int | bytes | None) -> int:
    """Make the system call `name`; raises OSError as the kernel answers."""
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_long(each) if isinstance(each, int) else ctypes.c_char_p(each) for each in arguments]
    answer = int(libc.syscall(ctypes.c_long(_CALLS[name][_ARM]), *given))
    if answer < 0:
        raise OSError(ctypes.get_errno(), name)
    return answer


def _reading(name: str) -> Attempt:
    return lambda places: Path(places[name]).read_bytes()


def _connecting(family: int, kind: int, address: Callable[[Mapping[str, str]], object]) -> Attempt:
    def connect(places: Mapping[str, str]) -> None:
        with socket.socket(family, kind) as connection:
            connection.connect(address(places))  # type: ignore[arg-type]

    return connect


def _calling(name: str, *arguments: int | bytes | None) -> Attempt:
    return lambda _places: call(name, *arguments)


def _as_library(function: Callable[[ctypes.CDLL], int]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if function(libc) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _execute(_places: Mapping[str, str]) -> None:
    os.execv("/bin/true", ["true"])


def _execute_from_memory(_places: Mapping[str, str]) -> None:
    made = call("memfd_create", b"x", 0)
    os.write(made, Path("/bin/true").read_bytes())
    call("execveat", made, b"", None, None, 0x1000)


def _fork(_places: Mapping[str, str]) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _reopen_for_writing(descriptor: int) -> Attempt:
    return lambda _places: os.close(os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR))


def _read_memory_of(places: Mapping[str, str]) -> None:
    with Path(f"/proc/{places['parent']}/mem").open("rb") as memory:
        memory.read(0)


def _read_memory_by_call(places: Mapping[str, str]) -> None:
    room = ctypes.create_string_buffer(16)
    vector = struct.pack("QQ", ctypes.addressof(room), 16)
    call("process_vm_readv", int(places["parent"]), vector, 1, vector, 1, 0)


def _push_into_terminal(_places: Mapping[str, str]) -> None:
    fcntl.ioctl(_ANSWER, 0x5412, b"x")  # TIOCSTI


def _signal_through_descriptor(places: Mapping[str, str]) -> None:
    fcntl.fcntl(_ANSWER, fcntl.F_SETOWN, int(places["parent"]))


def _raise_limits(_places: Mapping[str, str]) -> None:
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(0, resource.RLIMIT_AS, (unlimited, unlimited))


def _limit_parent(places: Mapping[str, str]) -> None:
    resource.prlimit(int(places["parent"]), resource.RLIMIT_CPU, (10_000, 10_000))


def _answer_with_descriptor(_places: Mapping[str, str]) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(_ANSWER)) as answer:
        socket.send_fds(answer, [b"x"], [_DOCUMENT])


def _start_thread(_places: Mapping[str, str]) -> None:
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, "no thread") from error


def _kill(whom: str) -> Attempt:
    return lambda places: os.kill(int(places[whom]), 0)


def _queue_signal(places: Mapping[str, str]) -> None:
    _as_library(lambda libc: int(libc.sigqueue(int(places["parent"]), 0, None)))


def _map_device(_places: Mapping[str, str]) -> None:
    descriptor = os.open("/dev/mem", os.O_RDONLY)
    mmap.mmap(descriptor, 4096, prot=mmap.PROT_READ)


def _shell(_places: Mapping[str, str]) -> None:
    subprocess.run(["/bin/true"], check=True)


def _trace(places: Mapping[str, str]) -> None:
    call("ptrace", 0x4206, int(places["sibling"]), 0, 0)  # PTRACE_SEIZE, which does not stop it
    call("ptrace", 17, int(places["sibling"]), 0, 0)


def _change_times(places: Mapping[str, str]) -> None:
    os.utime(places["document"])


def _list(name: str) -> Attempt:
    return lambda places: list(Path(places[name]).iterdir())


ABUSES: dict[str, Attempt] = {
    "read the passwords": lambda _places: Path("/etc/passwd").read_bytes(),
    "read the secret": _reading("secret"),
    "read staging": _reading("document"),
    "list staging": _list("data"),
    "read the parent's environment": lambda places: Path(f"/proc/{places['parent']}/environ").read_bytes(),
    "read the parent's memory": _read_memory_of,
    "read the parent's memory by a call": _read_memory_by_call,
    "read own environment": lambda _places: Path("/proc/self/environ").read_bytes(),
    "list processes": lambda _places: list(Path("/proc").iterdir()),
    "read through a magic link": lambda places: Path(f"/proc/self/root{places['secret']}").read_bytes(),
    "read by openat2": lambda places: call(
        "openat2", -100, places["secret"].encode(), struct.pack("QQQ", 0, 0, 0), 24
    ),
    "read by handle": lambda _places: call("open_by_handle_at", -100, struct.pack("Ii8s", 8, 1, b""), 0),
    "map a device": _map_device,
    "connect to TCP": _connecting(socket.AF_INET, socket.SOCK_STREAM, lambda p: ("127.0.0.1", int(p["tcp"]))),
    "connect to TCP over IPv6": _connecting(socket.AF_INET6, socket.SOCK_STREAM, lambda _p: ("::1", 9)),
    "send to UDP": _connecting(socket.AF_INET, socket.SOCK_DGRAM, lambda _p: ("127.0.0.1", 9)),
    "connect to a socket by path": _connecting(socket.AF_UNIX, socket.SOCK_STREAM, lambda p: p["socket"]),
    "connect to an abstract socket": _connecting(
        socket.AF_UNIX, socket.SOCK_STREAM, lambda p: "\0" + p["abstract"]
    ),
    "speak netlink": lambda _places: socket.socket(16, socket.SOCK_RAW, 0).close(),
    "speak to the kernel's crypto": lambda _places: socket.socket(38, socket.SOCK_SEQPACKET, 0).close(),
    "speak to the host": lambda _places: socket.socket(40, socket.SOCK_STREAM, 0).close(),
    "listen on TCP": lambda _places: socket.create_server(("127.0.0.1", 0)).close(),
    "make a pair of sockets": lambda _places: socket.socketpair(),
    "hand a descriptor to the client": _answer_with_descriptor,
    "start a program": _execute,
    "start a program from memory": _execute_from_memory,
    "start a program by library": _shell,
    "fork": _fork,
    "clone": _calling("clone3", struct.pack("8Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0), 64),
    "start a thread": _start_thread,
    "trace a sibling": _trace,
    "be traced": _calling("ptrace", 0, 0, 0, 0),
    "signal the parent": _kill("parent"),
    "signal a sibling": _kill("sibling"),
    "signal everybody": lambda _places: os.kill(-1, 0),
    "queue a signal": _queue_signal,
    "signal through a descriptor": _signal_through_descriptor,
    "hold the parent": lambda places: call("pidfd_open", int(places["parent"]), 0),
    "compare processes": lambda places: call("kcmp", int(places["parent"]), os.getpid(), 0, 0, 0),
    "write a file": lambda places: Path(places["new"]).write_bytes(b"x"),
    "write over a document": lambda places: Path(places["document"]).write_bytes(b"x"),
    "write to a world-writable folder": lambda places: Path("/dev/shm", places["name"]).write_bytes(b"x"),
    "open a file without a name": lambda places: os.close(os.open(places["data"], os.O_TMPFILE | os.O_RDWR)),
    "write to the document": lambda _places: os.write(_DOCUMENT, b"x"),
    "reopen the document for writing": _reopen_for_writing(_DOCUMENT),
    "cut off a file by path": lambda places: os.truncate(places["document"], 0),
    "make a folder": lambda places: Path(places["new"]).mkdir(),
    "link": lambda places: Path(places["new"]).symlink_to("/etc/passwd"),
    "link hard": lambda places: Path(places["new"]).hardlink_to(places["document"]),
    "rename": lambda places: Path(places["document"]).rename(places["new"]),
    "remove": lambda places: Path(places["spare"]).unlink(),
    "change a mode": lambda places: Path(places["document"]).chmod(0o777),
    "change the document's mode": lambda _places: os.fchmod(_DOCUMENT, 0o777),
    "change an owner": lambda places: os.chown(places["document"], 1, 1),
    "change times": _change_times,
    "set an attribute": lambda places: os.setxattr(places["document"], "user.x", b"x"),
    "lock the document": lambda _places: fcntl.flock(_DOCUMENT, fcntl.LOCK_EX),
    "make a device": lambda places: call("mknodat", -100, places["new"].encode(), 0o10600, 0),
    "go elsewhere": lambda _places: os.chdir("/"),
    "change the root": lambda places: call("chroot", places["data"].encode()),
    "mount": lambda places: call("mount", b"none", places["data"].encode(), b"tmpfs", 0, None),
    "open a file system": _calling("fsopen", b"tmpfs", 0),
    "unshare users": _calling("unshare", 0x10000000),
    "unshare the network": _calling("unshare", 0x40000000),
    "enter a namespace": _calling("setns", _DOCUMENT, 0),
    "load into the kernel": _calling("bpf", 0, struct.pack("IIII", 2, 4, 4, 1) + bytes(100), 116),
    "load a module": _calling("init_module", b"x", 1, b""),
    "make a ring": _calling("io_uring_setup", 1, bytes(120)),
    "watch performance": _calling("perf_event_open", struct.pack("IIQ", 1, 112, 0) + bytes(96), 0, -1, -1, 0),
    "keep a key": _calling("add_key", b"user", b"x", b"x", 1, -3),
    "ask for keys": _calling("keyctl", 0, -3, 0),
    "change the personality": _calling("personality", 0x0040000),
    "handle page faults": _calling("userfaultfd", 0),
    "share memory": _calling("shmget", 0, 4096, 0o1600),
    "make a message queue": _calling("msgget", 0, 0o1600),
    "make semaphores": _calling("semget", 0, 1, 0o1600),
    "make a file in memory": _calling("memfd_create", b"x", 0),
    "watch files": _calling("inotify_init1", 0),
    "watch the file system": _calling("fanotify_init", 0, 0),
    "read the kernel's log": _calling("syslog", 10, None, 0),
    "set a timer": _calling("timer_create", 0, None, bytes(8)),
    "push into a terminal": _push_into_terminal,
    "raise own limits": _raise_limits,
    "limit the parent": _limit_parent,
    "become root": lambda _places: os.setuid(0),
    "become another": lambda _places: os.setresuid(1, 1, 1),
    "take a group": lambda _places: os.setgroups([0]),
    "take capabilities": _calling(
        "capset", struct.pack("Ii", 0x20080522, 0), struct.pack("6I", *[2**32 - 1] * 6)
    ),
    "be readable again": _calling("prctl", 4, 1, 0, 0, 0),
    "outlive the parent": _calling("prctl", 1, 0, 0, 0, 0),
    "filter anew": _calling("seccomp", 1, 0, struct.pack("=HxxxxxxQ", 0, 0)),
    "make a ruleset": _calling("landlock_create_ruleset", struct.pack("Q", 1), 8, 0),
    "rename the machine": lambda _places: socket.sethostname("x"),
    "be important": lambda _places: os.nice(-5),
    "leave the session": lambda _places: os.setsid(),
    "set the mask": lambda _places: os.mkfifo("/dev/shm/kd-fifo"),
    "wait for the parent": lambda _places: os.pidfd_open(os.getppid()),
}
"""Name of the attempt → what it does."""

if sys.platform != "linux":
    ABUSES.clear()
