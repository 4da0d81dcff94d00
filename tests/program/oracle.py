"""What psutil says of every process, in the form in which `proclab snapshot --fields all --environ show` writes it.

Null stands for what psutil may not or cannot read. Where psutil shows an empty text, an empty list or zeros for what does not
exist, there is a null, too: that is a difference by design.
"""

import json
import sys

import psutil

# The numbers of the kernel's classes of I/O priority.
IO_CLASSES = ["none", "realtime", "best-effort", "idle"]


def read(process, call, *arguments):
    try:
        return getattr(process, call)(*arguments)
    except psutil.ZombieProcess:
        return None
    except (psutil.AccessDenied, NotImplementedError):
        return None


def text(value):
    """psutil keeps bytes that are not UTF-8 as surrogates, which no JSON can hold."""
    return value and value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def texts(values):
    return values and [text(value) for value in values]


def some(value, keys):
    """These members of a tuple; null if none has anything to say."""
    found = value and {key: getattr(value, key) for key in keys.split()}
    return found if found and any(found.values()) else None


def existing(path):
    """psutil strips this word if there is no such file."""
    return path and path.removesuffix(" (deleted)")


def open_file(file):
    return {"path": text(file.path), "fd": file.fd, "position": file.position, "mode": file.mode, "flags": file.flags}


def socket(socket):
    def address(end):
        if not end:
            return None
        return text(end) if isinstance(end, str) else {"ip": end.ip, "port": end.port}

    return {
        "fd": socket.fd,
        "family": socket.family.name,
        "type": socket.type.name,
        "laddr": address(socket.laddr),
        "raddr": address(socket.raddr),
        "status": socket.status,
    }


def by_fd(items, form):
    return items and [form(item) for item in sorted(items, key=lambda item: item.fd)]


def fields(process):
    parent, ionice = process.parent(), read(process, "ionice")
    environ, threads, io = read(process, "environ"), read(process, "threads"), read(process, "io_counters")
    return {
        "name": text(process.name()),
        "exe": existing(text(read(process, "exe"))) or None,
        "cwd": text(read(process, "cwd")) or None,
        "cmdline": texts(read(process, "cmdline")) or None,
        "ppid": process.ppid(),
        "parent_name": parent and text(parent.name()),
        "status": process.status(),
        "username": process.username(),
        "create_time": process.create_time(),
        "terminal": process.terminal(),
        # Waiting for disks is 0 there where the kernel does not count it.
        "cpu_times": {name: time for name, time in process.cpu_times()._asdict().items() if name != "iowait"},
        "memory_info": some(read(process, "memory_info"), "rss vms shared text data"),
        "memory_full_info": some(read(process, "memory_full_info"), "uss pss swap"),
        "open_files": by_fd(read(process, "open_files"), open_file) or None,
        "connections": by_fd(read(process, "net_connections", "all"), socket) or None,
        "num_threads": process.num_threads(),
        "threads": threads and [{"id": thread.id} for thread in sorted(threads)],
        "environ": environ and {text(name): text(value) for name, value in environ.items()} or None,
        "nice": process.nice(),
        "uids": process.uids()._asdict(),
        "gids": process.gids()._asdict(),
        "num_fds": read(process, "num_fds") or None,
        "num_ctx_switches": read(process, "num_ctx_switches")._asdict(),
        "io_counters": io and io._asdict(),
        "cpu_num": process.cpu_num(),
        "cpu_affinity": process.cpu_affinity(),
        "ionice": ionice and {"ioclass": IO_CLASSES[int(ionice.ioclass)], "value": int(ionice.value)},
    }


def main():
    told = {}
    for process in psutil.process_iter():
        try:
            told[process.pid] = fields(process)
        except psutil.NoSuchProcess:
            # It has ended.
            pass
    json.dump(told, sys.stdout)


main()
