"""The Python side of the benchmark: one peer, one row, round after round.

    PYTHONPATH=tests/bench python3 -B -c "import sys, peers; peers.main(*sys.argv[1:])" PEER ROW WORKERS PROGRAM

answers `ready VERSION` or `missing REASON`, and then each line `round COUNT` with `figures KEY=NUMBER ...`, or with
`error REASON`; the number is inf for what did not come in time. Interpreter and imports are thus never measured. It is
started as a module, so that children can import its functions and nobody has to send them with every task. PROGRAM is
the benchmark itself, which also serves as the process that writes log lines. The row `version` only answers.

Workers that are forked carry whatever this interpreter has imported or compiled, which counts as their memory: what only
some rows need is imported there.
"""

import importlib
import math
import os
import signal
import sys
import time

# A round that takes longer hangs, seconds; and so does an interpreter that takes longer to end.
ROUND_DEADLINE = 60
EXIT_DEADLINE = 5

# How long the result of a killed worker's task is waited for, seconds.
LOST_DEADLINE = 3


# --- what workers run ---------------------------------------------------------------------------------------------------


def nothing():
    pass


def square(n):
    return n * n


def pid_after(seconds):
    time.sleep(seconds)
    return os.getpid()


def victim(path):
    """Says who runs it, then waits to be killed."""
    with open(path + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.rename(path + ".new", path)
    time.sleep(ROUND_DEADLINE)


# --- pools, with one face -----------------------------------------------------------------------------------------------


def chunk_of(count, workers):
    """The chunk size of multiprocessing's `map`, for those whose own default is 1."""
    return max(1, -(-count // (workers * 4)))


class MultiprocessingPool:
    """multiprocessing.Pool, and billiard's, which has its face."""

    def __init__(self, workers, module):
        self.pool = importlib.import_module(module).get_context("fork").Pool(workers)

    def apply(self, function, argument):
        return self.pool.apply(function, (argument,))

    def submit(self, function, argument):
        return self.pool.apply_async(function, (argument,))

    @staticmethod
    def result(handle, timeout=None):
        return handle.get(timeout)

    def map_one(self, function, items):
        return self.pool.map(function, items, 1)

    def map_chunks(self, function, items, _chunk):
        return self.pool.map(function, items)

    def unordered_one(self, function, items):
        return self.pool.imap_unordered(function, items, 1)

    def replaced(self):
        return self

    def close(self):
        self.pool.terminate()
        self.pool.join()


class FuturesPool:
    """concurrent.futures.ProcessPoolExecutor, and loky's, which has its face."""

    def __init__(self, workers, module):
        self.workers, self.module = workers, module
        executor = importlib.import_module(module).ProcessPoolExecutor
        if module == "loky":
            self.pool, self.ending = executor(workers), {"kill_workers": True}
        else:
            import multiprocessing

            context = multiprocessing.get_context("fork")
            self.pool, self.ending = executor(workers, mp_context=context), {"cancel_futures": True}

    def apply(self, function, argument):
        return self.pool.submit(function, argument).result()

    def submit(self, function, argument):
        return self.pool.submit(function, argument)

    @staticmethod
    def result(handle, timeout=None):
        return handle.result(timeout)

    def map_one(self, function, items):
        return self.pool.map(function, items, chunksize=1)

    def map_chunks(self, function, items, chunk):
        return self.pool.map(function, items, chunksize=chunk)

    def unordered_one(self, function, items):
        from concurrent.futures import as_completed

        return (future.result() for future in as_completed([self.pool.submit(function, item) for item in items]))

    def replaced(self):
        """A broken executor is of no more use: people make a new one."""
        return FuturesPool(self.workers, self.module)

    def close(self):
        self.pool.shutdown(**self.ending)


class PebblePool:
    def __init__(self, workers, module):
        self.pool = importlib.import_module(module).ProcessPool(max_workers=workers)

    def apply(self, function, argument):
        return self.submit(function, argument).result()

    def submit(self, function, argument):
        return self.pool.schedule(function, args=(argument,))

    @staticmethod
    def result(handle, timeout=None):
        return handle.result(timeout)

    def map_one(self, function, items):
        return self.pool.map(function, items, chunksize=1).result()

    def map_chunks(self, function, items, chunk):
        return self.pool.map(function, items, chunksize=chunk).result()

    def unordered_one(self, function, items):
        from concurrent.futures import as_completed

        return (future.result() for future in as_completed([self.submit(function, item) for item in items]))

    def replaced(self):
        return self

    def close(self):
        self.pool.stop()
        self.pool.join()


class MpirePool:
    def __init__(self, workers, module):
        self.pool = importlib.import_module(module).WorkerPool(n_jobs=workers, start_method="fork")

    def apply(self, function, argument):
        return self.pool.apply(function, args=(argument,))

    def submit(self, function, argument):
        return self.pool.apply_async(function, args=(argument,))

    @staticmethod
    def result(handle, timeout=None):
        return handle.get(timeout)

    def map_one(self, function, items):
        return self.pool.map(function, items, chunk_size=1)

    def map_chunks(self, function, items, chunk):
        return self.pool.map(function, items, chunk_size=chunk)

    def unordered_one(self, function, items):
        return self.pool.imap_unordered(function, items, chunk_size=1)

    def replaced(self):
        return self

    def close(self):
        self.pool.terminate()


# --- rounds of a pool ---------------------------------------------------------------------------------------------------


def warmed(setting):
    """A fresh pool whose workers have all started."""
    pool = setting.pool()
    all_pids(pool, setting)
    return pool


def all_pids(pool, setting):
    """The pids of the workers, once each has answered."""
    pids = set()
    while len(pids) < setting.workers:
        handles = [pool.submit(pid_after, 0.001) for _ in range(2 * setting.workers)]
        pids.update(pool.result(handle) for handle in handles)
    return pids


def microseconds(latencies):
    latencies.sort()
    at = lambda part: latencies[min(len(latencies) - 1, int(len(latencies) * part))] * 1e6
    return {"p50": at(0.50), "p99": at(0.99)}


def apply(setting, count):
    pool = warmed(setting)
    latencies, total = [], 0
    begun = before = time.perf_counter()
    for n in range(count):
        total += pool.apply(square, n)
        now = time.perf_counter()
        latencies.append(now - before)
        before = now
    seconds = before - begun
    pool.close()
    check(total, count)
    return {"rate": count / seconds, **microseconds(latencies)}


def rate_of(run):
    """A round that times one run over so many numbers, on a warm pool, and checks the sum of the squares."""

    def round_(setting, count):
        pool = warmed(setting)
        begun = time.perf_counter()
        total = sum(run(pool, setting, count))
        seconds = time.perf_counter() - begun
        pool.close()
        check(total, count)
        return {"rate": count / seconds}

    return round_


def check(total, count):
    assert total == (count - 1) * count * (2 * count - 1) // 6, "results are missing"


def submit_all(pool, _setting, count):
    handles = [pool.submit(square, n) for n in range(count)]
    return [pool.result(handle) for handle in handles]


def start_up(setting, _count):
    begun = time.perf_counter()
    pool = setting.pool()
    pool.apply(square, 3)
    seconds = time.perf_counter() - begun
    pool.close()
    return {"first": seconds * 1e3}


def memory(setting, _count):
    pool = setting.pool()
    pss = [pss_mib(pid) for pid in all_pids(pool, setting)]
    pool.close()
    return {"pss": sum(pss) / len(pss)}


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def long_task(setting, _count):
    pool = warmed(setting)
    begun = time.perf_counter()
    tiny = [pool.submit(square, n) for n in range(20)]
    long = pool.submit(pid_after, 0.3)
    tiny += [pool.submit(square, n) for n in range(200)]
    for handle in tiny:
        pool.result(handle)
    seconds = time.perf_counter() - begun
    pool.result(long)
    pool.close()
    return {"tiny": seconds * 1e3}


def killed(setting, _count):
    """A busy worker is killed: when its task is told of, when a new worker answers, how many tasks gave no value."""
    import tempfile
    import threading

    pool = setting.pool()
    pids = all_pids(pool, setting)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "pid")
        lost = pool.submit(victim, path)
        while not os.path.exists(path):
            time.sleep(0.001)
        with open(path) as file:
            pid = int(file.read())
    others = [pool.submit(square, n) for n in range(31)]
    noticed = []
    watch = threading.Thread(target=lambda: noticed.append(outcome(pool, lost)), daemon=True)
    watch.start()
    begun = time.perf_counter()
    os.kill(pid, signal.SIGKILL)
    whole = whole_again(pool, setting, pids, begun + LOST_DEADLINE)
    watch.join()
    came, at = noticed[0]
    gone = 1 + sum(outcome(pool, handle)[0] != "value" for handle in others)
    # Not closed: one that lost a worker may hang. The interpreter ends after this round, by force if need be.
    return {
        "notice": math.inf if came == "never" else (at - begun) * 1e3,
        "whole": (whole - begun) * 1e3,
        "lost": gone,
    }


def whole_again(pool, setting, pids, deadline):
    """When a worker answered that was not there before; never if none did."""
    while time.perf_counter() < deadline:
        try:
            handles = [pool.submit(pid_after, 0.0005) for _ in range(2 * setting.workers)]
            for handle in handles:
                if pool.result(handle, max(0.001, deadline - time.perf_counter())) not in pids:
                    return time.perf_counter()
        except Exception:  # noqa: BLE001 - each library has its own errors for a pool that is broken
            pool = pool.replaced()
    return math.inf


def outcome(pool, handle):
    """How a task ended, and when that was known."""
    begun = time.perf_counter()
    try:
        pool.result(handle, LOST_DEADLINE)
        return "value", time.perf_counter()
    except Exception:  # noqa: BLE001 - each library has its own errors for a lost task
        now = time.perf_counter()
        return ("never" if now - begun >= LOST_DEADLINE else "error"), now


# --- queues: 3 producers, 2 consumers -----------------------------------------------------------------------------------

PRODUCERS, CONSUMERS = 3, 2

# How soon who waits at a faster-fifo looks again, seconds.
LOOK_AGAIN = 0.005

SIZES = {"queue-small": 0, "queue-64k": 64 << 10, "queue-1m": 1 << 20}


class FasterFifo:
    """With a put and a get that wait as long as it takes, as all others have.

    Its wake-ups get lost at times, above all with few or large items: who waits looks again soon.
    """

    def __init__(self):
        from queue import Empty, Full

        from faster_fifo import Queue

        self.queue, self.empty, self.full = Queue(max_size_bytes=64 << 20), Empty, Full

    def put(self, item):
        while True:
            try:
                return self.queue.put(item, timeout=LOOK_AGAIN)
            except self.full:
                pass

    def get(self):
        while True:
            try:
                return self.queue.get(timeout=LOOK_AGAIN)
            except self.empty:
                pass


def produce(queue, barrier, told, count, size):
    payload = b"x" * size
    barrier.wait()
    begun = time.monotonic()
    for i in range(count):
        queue.put(payload if size else ("xxx", i))
    if hasattr(queue, "join_thread"):
        # Its thread may still hold items, which no sentinel may overtake.
        queue.close()
        queue.join_thread()
    told.put(("producer", begun, count))


def consume(queue, barrier, told):
    barrier.wait()
    count, last = 0, 0.0
    while queue.get() is not None:
        count += 1
    last = time.monotonic()
    told.put(("consumer", last, count))


def queue(setting, count):
    import multiprocessing

    context = multiprocessing.get_context("fork")
    size = SIZES[setting.row]
    each = max(1, count // PRODUCERS)
    items, barrier, told = setting.make(), context.Barrier(PRODUCERS + CONSUMERS), context.SimpleQueue()
    processes = [context.Process(target=produce, args=(items, barrier, told, each, size)) for _ in range(PRODUCERS)]
    processes += [context.Process(target=consume, args=(items, barrier, told)) for _ in range(CONSUMERS)]
    for process in processes:
        process.start()
    reports = [told.get() for _ in range(PRODUCERS)]
    for _ in range(CONSUMERS):
        items.put(None)
    reports += [told.get() for _ in range(CONSUMERS)]
    for process in processes:
        process.join()
    assert sum(report[2] for report in reports if report[0] == "consumer") == each * PRODUCERS, "items are missing"
    begun = min(report[1] for report in reports if report[0] == "producer")
    ended = max(report[1] for report in reports if report[0] == "consumer")
    rate = each * PRODUCERS / (ended - begun)
    return {"rate": rate, "mib": rate * size / (1 << 20)}


# --- processes and their output -----------------------------------------------------------------------------------------


def process(setting, count):
    context = importlib.import_module(setting.module).get_context("fork")
    latencies, begun = [], time.perf_counter()
    for _ in range(count):
        before = time.perf_counter()
        child = context.Process(target=nothing)
        child.start()
        child.join()
        latencies.append(time.perf_counter() - before)
        assert child.exitcode == 0
    return {"rate": count / (time.perf_counter() - begun), **microseconds(latencies)}


def lines_of(command):
    """A round that times how fast the lines of a command are read and kept; it says when it is ready, and waits."""

    def round_(setting, count):
        from subprocess import PIPE, Popen

        with Popen(command(setting, count), stdin=PIPE, stdout=PIPE, bufsize=setting.buffer) as writer:
            assert writer.stdout.readline() == b"ready\n"
            begun = time.perf_counter()
            writer.stdin.write(b"\n")
            writer.stdin.flush()
            lines = list(writer.stdout)
            seconds = time.perf_counter() - begun
        assert len(lines) == count and len(lines[-1]) == 59, "lines are missing"
        return {"rate": count / seconds}

    return round_


PRINT = 'print("ready", flush=True); input(); line = "x" * 58\nfor _ in range({}): print(line)'

# --- all processes of the machine, read by psutil -----------------------------------------------------------------------


def refreshes_of(refresh):
    """A round of so many refreshes; what counts is CPU time per process and refresh."""

    def round_(_setting, count):
        begun, processes = time.process_time(), 0
        for _ in range(count):
            processes += refresh()
        seconds = max(time.process_time() - begun, 1e-9)
        return {"cpu": seconds * 1e6 / processes, "rate": count / seconds}

    return round_


def light():
    """What a table shows."""
    import psutil

    names = ["pid", "name", "cpu_percent", "memory_info", "status", "username", "num_threads"]
    return sum(1 for _ in psutil.process_iter(names))


def process_info():
    """What the tutorial's processInfo asks of every process."""
    import psutil

    calls = (
        ["name", "exe", "cwd", "cmdline", "ppid", "parent", "status", "username", "create_time", "terminal", "cpu_times"]
        + ["memory_info", "open_files", "net_connections", "num_threads", "threads", "environ"]
    )
    count = 0
    for process in psutil.process_iter():
        count += 1
        for call in calls:
            try:
                getattr(process, call)()
            except psutil.Error:
                pass
    return count


POPULATIONS = ["250", "2000", "10000", "threads"]

# --- who can do what ----------------------------------------------------------------------------------------------------

POOL_ROUNDS = {
    "apply": apply,
    "apply-async": rate_of(submit_all),
    "map-1": rate_of(lambda pool, _setting, count: pool.map_one(square, range(count))),
    "imap-unordered-1": rate_of(lambda pool, _setting, count: pool.unordered_one(square, range(count))),
    "map": rate_of(lambda pool, setting, n: pool.map_chunks(square, range(n), chunk_of(n, setting.workers))),
    "start-up": start_up,
    "memory": memory,
    "long-task": long_task,
    "killed": killed,
}

POOLS = {
    "multiprocessing": (MultiprocessingPool, "multiprocessing"),
    "concurrent.futures": (FuturesPool, "concurrent.futures"),
    "loky": (FuturesPool, "loky"),
    "pebble": (PebblePool, "pebble"),
    "billiard": (MultiprocessingPool, "billiard"),
    "mpire": (MpirePool, "mpire"),
}

QUEUES = {
    "Queue": ("multiprocessing", lambda: importlib.import_module("multiprocessing").get_context("fork").Queue()),
    "SimpleQueue": (
        "multiprocessing",
        lambda: importlib.import_module("multiprocessing").get_context("fork").SimpleQueue(),
    ),
    "billiard.Queue": ("billiard", lambda: importlib.import_module("billiard").get_context("fork").Queue()),
    "faster-fifo": ("faster_fifo", FasterFifo),
}

ROUNDS = {
    **POOL_ROUNDS,
    **{row: queue for row in SIZES},
    **{f"psutil-{population}": refreshes_of(light) for population in POPULATIONS},
    **{f"tutorial-{population}": refreshes_of(process_info) for population in POPULATIONS},
    "process": process,
    "log": lines_of(lambda setting, count: [setting.program, "__writer", str(count)]),
    "log-print": lines_of(lambda _setting, count: [sys.executable, "-c", PRINT.format(count)]),
}

# How much Python reads at a time: by itself, and told to take as much as a pipe holds.
BUFFERS = {"python": -1, "python-64k": 64 << 10}

# What has to be there for each peer.
MODULES = {
    **{peer: module for peer, (_face, module) in POOLS.items()},
    **{peer: module for peer, (module, _make) in QUEUES.items()},
    **{peer: "subprocess" for peer in BUFFERS},
    "psutil": "psutil",
}


class Setting:
    """The world that a round runs in."""

    def __init__(self, peer, row, workers, program):
        self.row, self.workers, self.program, self.module = row, workers, program, MODULES[peer]
        if row in SIZES:
            self.make = QUEUES[peer][1]
        elif peer in BUFFERS:
            self.buffer = BUFFERS[peer]
        elif peer in POOLS:
            self.pool = lambda: POOLS[peer][0](workers, self.module)


def version_of(module):
    """Of the package that has the module; Python's own for its own."""
    import importlib.metadata

    try:
        return importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:
        return sys.version.split()[0]


def say(*words):
    print(*words, flush=True)


def give_up(_signal, _frame):
    """Hangs: ends this interpreter with all its workers, which are one process group."""
    os.killpg(0, signal.SIGKILL)


def main(peer, row, workers, program):
    signal.signal(signal.SIGALRM, give_up)
    module = MODULES[peer]
    try:
        importlib.import_module(module)
    except ImportError as error:
        say("missing", error)
        return
    if row == "version":
        say("ready", version_of(module))
        return
    round_, setting = ROUNDS[row], Setting(peer, row, int(workers), program)
    say("ready", "")
    for line in sys.stdin:
        signal.alarm(ROUND_DEADLINE)
        try:
            figures = round_(setting, int(line.split()[1]))
            answer = ["figures", *(f"{key}={number}" for key, number in figures.items())]
        except Exception as error:  # noqa: BLE001 - whatever it is, the table says it
            answer = ["error", repr(error)]
        signal.alarm(0)
        say(*answer)
    signal.alarm(EXIT_DEADLINE)
