"""A TCP proxy on the loopback that delays what passes, for links with a round trip."""
import ctypes
import multiprocessing
import queue
import socket
import statistics
import threading
import time

PR_SET_TIMERSLACK = 29


def sleep_exactly():
    """Lets this thread wake up when it is due; Linux gives itself 50 microseconds otherwise."""
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0)


def carry(source, sink, delay):
    """Passes bytes on, each piece `delay` seconds after it came; several pieces may be under way at once."""
    pieces = queue.SimpleQueue()

    def deliver():
        sleep_exactly()
        while True:
            due, piece = pieces.get()
            left = due - time.perf_counter()
            if left > 0:
                time.sleep(left)
            try:
                sink.sendall(piece) if piece else sink.shutdown(socket.SHUT_WR)
            except OSError:
                return
            if not piece:
                return

    threading.Thread(target=deliver, daemon=True).start()
    while True:
        try:
            piece = source.recv(65536)
        except OSError:
            piece = b""
        pieces.put((time.perf_counter() + delay, piece))
        if not piece:
            return


def serve(listener, port, delay):
    while True:
        inner, _ = listener.accept()
        outer = socket.create_connection(("127.0.0.1", port))
        for end in (inner, outer):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=carry, args=(inner, outer, delay), daemon=True).start()
        threading.Thread(target=carry, args=(outer, inner, delay), daemon=True).start()


def echo(listener):
    peer, _ = listener.accept()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while piece := peer.recv(1024):
        peer.sendall(piece)


class DelayingProxy:
    """Listens on `port` of 127.0.0.1 in a process of its own, and leads to another port there."""

    def __init__(self, target, delay):
        self.delay = delay
        self.port, self.process = self.start(target)

    def start(self, target):
        listener = socket.create_server(("127.0.0.1", 0))
        process = multiprocessing.Process(target=serve, args=(listener, target, self.delay), daemon=True)
        process.start()
        port = listener.getsockname()[1]
        listener.close()
        return port, process

    def round_trip(self):
        """The median round trip of a byte through a proxy like this one to an echo, in seconds."""
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        port, process = self.start(listener.getsockname()[1])
        times = []
        with socket.create_connection(("127.0.0.1", port)) as stream:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(200):
                begun = time.perf_counter()
                stream.sendall(b".")
                stream.recv(1)
                times.append(time.perf_counter() - begun)
        process.terminate()
        listener.close()
        return statistics.median(times)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()
