# A worker that knows nothing of Proclab's code: it speaks src/multiprocess/PROTOCOL.md, with what is optional left out.
# Its payloads are JSON, which its parent passes on without looking.

import json
import os
import socket
import struct
import sys
import time

VERSION = int(os.environ.get("FOREIGN_VERSION", "4"))


def number(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def sized(data):
    return number(len(data)) + data


NONE = b"\0"


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self):
        n, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    def sized(self):
        return self.take(self.number())

    def optional(self, read):
        return read() if self.take(1) == b"\1" else None

    def call(self):
        target, payload = self.sized().decode(), self.sized()
        assert self.take(1) == NONE, "a chunk comes with a pool's task only"
        return target, payload


class Channel:
    def __init__(self):
        self.socket = socket.socket(fileno=os.dup(0))
        # One byte comes with the descriptors of the board and the depot, which this worker closes.
        _, descriptors, _, _ = socket.recv_fds(self.socket, 1, 2)
        for descriptor in descriptors:
            os.close(descriptor)

    def send(self, message):
        self.socket.sendall(struct.pack("<I", len(message)) + message)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                sys.exit(1)
            data += more
        return data

    def receive(self):
        (length,) = struct.unpack("<I", self.exactly(4))
        return Reader(self.exactly(length))

    def hello(self):
        self.send(number(0) + number(VERSION))

    def ready(self):
        self.send(number(1) + number(time.monotonic_ns()))

    def ask(self, queue, call):
        # No account: every put and get is asked for.
        self.send(number(4) + sized(queue.encode()) + NONE + call)
        answer = self.receive()
        assert answer.number() == 3, "an answer of a queue"
        return answer.number(), answer

    def get(self, queue):
        kind, answer = self.ask(queue, number(1) + NONE)
        assert kind == 1, "an item"
        assert answer.number() == 0, "none ahead, without an account"
        assert answer.number() == 0, "bytes, not a place in the depot"
        return answer.sized()

    def put(self, queue, item):
        kind, _ = self.ask(queue, number(0) + number(0) + sized(item) + NONE)
        assert kind == 0, "done"

    def leave(self):
        self.send(number(7) + NONE)


def setup(message):
    assert message.number() == 0, "the setup comes first"
    name, _os_name, _identity = (message.sized().decode() for _ in range(3))
    _daemon = message.take(1)
    assert message.number() == os.getppid(), "an orphan ends"
    _open_files = message.optional(message.number)
    _time_scale = message.take(8)
    _seed, _process = message.number(), message.number()
    _bay = message.optional(message.number)
    assert message.number() == 1, "the duty of a process, not of a pool's worker"
    return name, message.call()


def main():
    assert sys.argv[1] == "__worker"
    channel = Channel()
    channel.hello()
    name, (target, payload) = setup(channel.receive())
    channel.ready()
    if target != "double":
        print(f"{name}: {target} is not known", file=sys.stderr)
        return 1
    wanted = json.loads(payload)
    numbers = json.loads(channel.get(wanted["from"]))
    channel.put(wanted["to"], json.dumps([2 * n for n in numbers]).encode())
    print(f"{name} doubled {len(numbers)} numbers", flush=True)
    channel.leave()
    return 0


sys.exit(main())
