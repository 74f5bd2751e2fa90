"""The far ends of bench/run's networks part; it runs in the network of a container.

    probe.py echo PORT               sends back what it gets by UDP
    probe.py latency ADDRESS PORT    prints the median microseconds there and back
    probe.py look-ups NAME           prints how many a second 127.0.0.11 answers, one at a time
"""
import socket
import statistics
import struct
import sys
import time

ROUNDS = 3000
LIMIT_SECONDS = 5


def echo(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind(("0.0.0.0", int(port)))
        while True:
            ours.sendto(*ours.recvfrom(64))


def asked(address, port, message, rounds):
    """@return the seconds that each answer took"""
    seconds = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.settimeout(LIMIT_SECONDS)
        ours.connect((address, int(port)))
        for _ in range(rounds):
            start = time.perf_counter()
            ours.send(message)
            answer = ours.recv(512)
            seconds.append(time.perf_counter() - start)
    return seconds, answer


def latency(address, port):
    seconds, _ = asked(address, port, b"x" * 16, ROUNDS)
    print(statistics.median(seconds) * 1e6)


def look_ups(name):
    """A question for an address (RFC 1035, section 4.1)."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 1, 1)
    seconds, answer = asked("127.0.0.11", 53, question, ROUNDS)
    if struct.unpack(">H", answer[6:8])[0] != 1:
        raise SystemExit(f"{name}: want one address in the answer")
    print(len(seconds) / sum(seconds))


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    {"echo": echo, "latency": latency, "look-ups": look_ups}[verb](*words)
