"""The API server of the local infrastructure: requests over one kept connection, and a watch that notes when things happen."""
import concurrent.futures
import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

from . import places, servers


def context():
    folder = os.path.join(os.environ["WHIMBREL_STATE"], "kubernetes")
    made = ssl.create_default_context(cafile=os.path.join(folder, "ca.crt"))
    made.load_cert_chain(os.path.join(folder, "admin.crt"), os.path.join(folder, "admin.key"))
    return made


class Client:
    """Requests, one after the other. Not for several threads at once."""

    def __init__(self):
        self.address = urllib.parse.urlsplit(servers.environment()["KUBE_API_SERVER"])
        self.context = context()
        self.connection = self.connect()

    def connect(self, timeout=60):
        connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.context, timeout=timeout)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def request(self, method, path, body=None, accepted=(200, 201), kind="application/json"):
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, path, body=data, headers={"Content-Type": kind})
        response = self.connection.getresponse()
        answer = response.read()
        if response.status not in accepted:
            raise RuntimeError("%s %s: %d %s" % (method, path, response.status, answer[:500].decode(errors="replace")))
        return json.loads(answer)

    def apply(self, path, body):
        """Creates an object, or leaves the one that is there."""
        return self.request("POST", path, body, accepted=(200, 201, 409))

    def clear(self, path):
        """Deletes all objects of a collection, each by a request: by one request the server takes longer than that may last."""

        def delete(client, name):
            client.request("DELETE", "%s/%s?gracePeriodSeconds=0" % (path, name), accepted=(200, 202, 404))

        while found := self.request("GET", path + "?limit=1000")["items"]:
            for_each([item["metadata"]["name"] for item in found], delete)


def for_each(names, request):
    """Calls `request(client, name)` for each name, over four connections at once; fails as the first of them did."""

    def requests(part):
        client = Client()
        for name in part:
            request(client, name)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(requests, [names[first::4] for first in range(min(4, len(names)))]))


class Watch:
    """Follows a collection, and notes for each object when it was first seen to be what `ready` asks for."""

    def __init__(self, client, path, ready):
        self.ready, self.seen, self.changed = ready, {}, threading.Condition()
        version = client.request("GET", path)["metadata"]["resourceVersion"]
        self.connection = client.connect(timeout=None)
        self.connection.request("GET", "%s?watch=1&resourceVersion=%s&timeoutSeconds=3600" % (path, version))
        self.response = self.connection.getresponse()
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        try:
            while line := self.response.readline():
                arrived = time.perf_counter()
                event = json.loads(line)
                name = event["object"].get("metadata", {}).get("name")
                if event["type"] == "DELETED":
                    self.seen.pop(name, None)
                elif name not in self.seen and self.ready(event["object"]):
                    with self.changed:
                        self.seen[name] = arrived
                        self.changed.notify_all()
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            return

    def wait(self, condition, seconds, what):
        with self.changed:
            if not self.changed.wait_for(lambda: condition(self.seen), seconds):
                raise RuntimeError("%s: not within %d s; %d were ready" % (what, seconds, len(self.seen)))

    def wait_for(self, name, seconds=60):
        """When the object was ready."""
        self.wait(lambda seen: name in seen, seconds, name)
        return self.seen[name]

    def close(self):
        try:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass
        self.thread.join(5)


class Process:
    """A controller that runs. Memory and processor time are read from /proc while it does."""

    def __init__(self, command, environment, log):
        self.log, self.command = log, command
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=open(log, "wb"), stderr=subprocess.STDOUT)

    def processor(self):
        """Seconds of processor time so far."""
        with open("/proc/%d/stat" % self.process.pid) as text:
            fields = text.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, field="VmHWM"):
        """Resident bytes: at most so far, or with VmRSS now."""
        with open("/proc/%d/status" % self.process.pid) as text:
            return next(int(line.split()[1]) * 1024 for line in text if line.startswith(field))

    def require_running(self):
        if self.process.poll() is not None:
            with open(self.log, errors="replace") as text:
                raise RuntimeError("%s has ended with %d:\n%s" % (self.command[0], self.process.returncode, text.read()[-2000:]))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def kubeconfig():
    return {"KUBECONFIG": servers.environment()["KUBECONFIG"]}


def install_definition():
    """The definition of CitusMigration, as it is installed."""
    kubectl = servers.environment()["KUBECTL"]
    # Clients from before Kubernetes 1.25 refuse CEL rules.
    subprocess.run([kubectl, "apply", "--validate=false", "-k", os.path.join(places.checkout, "manifests", "crd")],
                   env={**os.environ, **kubeconfig()}, check=True, capture_output=True)
