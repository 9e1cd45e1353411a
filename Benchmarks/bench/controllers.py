"""Controllers with a resource each, for the rows that compare them: whimbrel, sample-controller, kopf."""
import base64
import os
import time
import uuid

from . import kubernetes, measure, peers, places, servers

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def definition(group, kind, plural):
    return {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "%s.%s" % (plural, group), "annotations": {"api-approved.kubernetes.io": "unapproved, test-only"}},
        "spec": {"group": group, "scope": "Namespaced", "names": {"kind": kind, "plural": plural},
                 "versions": [{"name": "v1alpha1", "served": True, "storage": True, "schema": {
                     "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}


class Controller:
    """One of the controllers: its resource, when that is ready, and how it is started. Each has a namespace of its own."""

    def __init__(self, client):
        self.client, self.namespace = client, "bench-" + self.name
        self.path = "/apis/%s/v1alpha1/namespaces/%s/%s" % (self.group, self.namespace, self.plural)
        client.apply("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        self.install()
        self.await_definition()
        self.clear()

    def install(self):
        self.client.apply(DEFINITIONS, definition(self.group, self.kind, self.plural))

    def await_definition(self):
        for _ in range(100):
            try:
                return self.client.request("GET", self.path + "?limit=1")
            except RuntimeError:
                time.sleep(0.1)
        raise RuntimeError("%s does not serve %s" % (self.client.address.netloc, self.path))

    def manifest(self, name):
        return {"apiVersion": self.group + "/v1alpha1", "kind": self.kind, "metadata": {"name": name, "namespace": self.namespace}, "spec": self.spec(name)}

    def create(self, name, client=None):
        return (client or self.client).request("POST", self.path, self.manifest(name))

    def delete(self, name):
        self.client.request("DELETE", self.path + "/" + name, accepted=(200, 202))

    def start(self):
        return kubernetes.Process(self.command(), kubernetes.kubeconfig(), os.path.join(places.temporary(), self.name + ".log"))

    def watch(self):
        return kubernetes.Watch(self.client, self.path, self.ready)

    def clear(self):
        self.client.clear(self.path)


class Whimbrel(Controller):
    """A CitusMigration whose files are applied already."""

    name, group, kind, plural = "whimbrel", "whimbrel.dev", "CitusMigration", "citusmigrations"
    migrations = {"V1__t.sql": "CREATE TABLE t (tenant_id bigint, id bigint, PRIMARY KEY (tenant_id, id));\n"}

    def install(self):
        kubernetes.install_definition()
        with open(servers.environment()["POSTGRES_CA"]) as file:
            values = {"username": servers.environment()["POSTGRES_USER"], "password": servers.environment()["POSTGRES_PASSWORD"], "ca.crt": file.read()}
        core = "/api/v1/namespaces/%s/" % self.namespace
        # Both may be of an earlier run, with other servers.
        for kind, name in (("secrets", "citus-credentials"), ("configmaps", "migrations")):
            self.client.request("DELETE", core + kind + "/" + name, accepted=(200, 202, 404))
        self.client.request("POST", core + "secrets", {
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "citus-credentials"},
            "data": {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}})
        self.client.request("POST", core + "configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "migrations"}, "data": self.migrations})

    def database(self, name):
        return "bench_controller"

    workers = 2

    def spec(self, name):
        secret = lambda key: {"secretKeyRef": {"name": "citus-credentials", "key": key}}  # noqa: E731
        return {
            "migrations": {"configMap": {"names": ["migrations"]}},
            "cluster": {
                "host": {"value": "127.0.0.1"}, "port": {"value": servers.environment()["COORDINATOR_PORT"]},
                "database": {"value": self.database(name)}, "username": secret("username"), "password": secret("password"),
                "tls": {"mode": "verify-full", "ca": secret("ca.crt")}, "workers": {"expected": self.workers}}}

    def ready(self, found):
        status = found.get("status", {})
        return status.get("observedGeneration") == found["metadata"]["generation"] and any(
            condition["type"] == "Ready" and condition["status"] == "True" for condition in status.get("conditions", []))

    def command(self):
        # A Lease of its own: that of a controller that has just ended would be waited for.
        return [places.whimbrel(), "controller", "--namespace", self.namespace, "--lease-namespace", self.namespace,
                "--leader-elect-name", "bench-" + uuid.uuid4().hex[:8], "--operations-address", "127.0.0.1:0"]


class SampleController(Controller):
    """Makes a Deployment for each Foo, and writes the Foo's status."""

    name, group, kind, plural = "sample-controller", "samplecontroller.k8s.io", "Foo", "foos"

    def spec(self, name):
        return {"deploymentName": name, "replicas": 1}

    def ready(self, found):
        return "availableReplicas" in found.get("status", {})

    def command(self):
        return [peers.program("sample-controller"), "-kubeconfig", servers.environment()["KUBECONFIG"]]

    def clear(self):
        super().clear()
        # Nobody collects what the Foos owned.
        self.client.clear("/apis/apps/v1/namespaces/%s/deployments" % self.namespace)


class Kopf(Controller):
    """A handler that writes a status."""

    name, group, kind, plural = "kopf", "kopf.example.org", "Sample", "samples"
    handler = (
        "import kopf\n\n\n@kopf.on.create('kopf.example.org', 'v1alpha1', 'samples')\n"
        "async def create(patch, **_):\n    patch.status['ready'] = True\n")

    def spec(self, name):
        return {"replicas": 1}

    def ready(self, found):
        return found.get("status", {}).get("ready") is True

    def command(self):
        path = places.write(os.path.join(places.temporary(), "handler.py"), self.handler)
        return [peers.program("kopf"), "run", "--standalone", "--namespace", self.namespace, path]


def available(client, kinds=(Whimbrel, SampleController, Kopf)):
    """Those that can run here, and why the others cannot."""
    found, missing = [], {}
    for kind in kinds:
        try:
            if kind is not Whimbrel:
                peers.program(kind.name)
            found.append(kind(client))
        except measure.NotMeasured as reason:
            missing[kind.name] = str(reason)
    return found, missing


def prepare_database():
    """The database that the resources of whimbrel share, with everything applied."""
    servers.fresh_cluster("bench_controller")
    folder = places.folder("controller")
    for name, text in Whimbrel.migrations.items():
        places.write(os.path.join(folder, name), text)
    measure.run([places.whimbrel(), "migrate", "--url", servers.url("bench_controller"), "--locations", "filesystem:" + folder])
