"""Runs examples/betting-platform/Tiltfile with Tilt's functions recorded, and checks what it would do."""

import os
import subprocess
import sys

import starlark
import yaml

EXAMPLE = os.path.join(os.getcwd(), "examples", "betting-platform")
failures = []


def expect(what, holds):
    print(("ok    " if holds else "FAIL  ") + what)
    if not holds:
        failures.append(what)


class Tilt:
    """Tilt's functions, as far as the Tiltfile may use them: each call is written down."""

    def __init__(self, context):
        self.context = context
        self.calls = []
        self.objects = []

    def record(self, name):
        def call(*arguments, **named):
            self.calls.append((name, list(arguments), named))
            return {"call": name, "arguments": list(arguments)}

        return call

    def k8s_yaml(self, *arguments, **named):
        self.calls.append(("k8s_yaml", list(arguments), named))
        for text in arguments:
            if "\n" not in text:
                with open(os.path.join(EXAMPLE, text), encoding="utf-8") as file:
                    text = file.read()
            self.objects += [entry for entry in yaml.safe_load_all(text) if entry]

    def kustomize(self, path):
        command = ["kubectl", "kustomize", os.path.join(EXAMPLE, path)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def read_yaml(self, path):
        with open(os.path.join(EXAMPLE, path), encoding="utf-8") as file:
            return yaml.safe_load(file)

    def read_file(self, path, default=""):
        try:
            with open(os.path.join(EXAMPLE, path), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return default

    def fail(self, message):
        raise RuntimeError("fail: " + message)

    def functions(self):
        own = {
            "k8s_context": lambda: self.context,
            "fail": self.fail,
            "k8s_yaml": self.k8s_yaml,
            "kustomize": self.kustomize,
            "read_yaml": self.read_yaml,
            "read_file": self.read_file,
            "decode_yaml_stream": lambda text: [entry for entry in yaml.safe_load_all(text) if entry],
            "encode_yaml_stream": yaml.safe_dump_all,
            "encode_yaml": yaml.safe_dump,
        }
        plain = ["allow_k8s_contexts", "update_settings", "local_resource", "docker_build", "sync", "run", "k8s_resource"]
        return own | {name: self.record(name) for name in plain}

    def run(self):
        with open(os.path.join(EXAMPLE, "Tiltfile"), encoding="utf-8") as file:
            source = file.read()
        module = starlark.Module()
        for name, function in self.functions().items():
            module.add_callable(name, function)
        # Tilt lets `for` and `if` stand at the top level.
        dialect = starlark.Dialect.extended()
        starlark.eval(module, starlark.parse("Tiltfile", source, dialect=dialect), starlark.Globals.standard())
        return self

    def named(self, name):
        return {(call[2].get("new_name") or call[1][0]): call[2] for call in self.calls if call[0] == name}


def check_contexts():
    refused = ["prod", "gke_a_b_c", "arn:aws:eks:eu:1:cluster/a", "kind-", "my-kind-a", "minikube-prod", ""]
    for context in refused:
        tilt = Tilt(context)
        try:
            tilt.run()
            message = ""
        except Exception as error:  # The interpreter wraps what a function raises.
            message = str(error)
        expect(f"the context '{context}' is refused", "is not that of a local cluster" in message)
        expect("  and nothing was done before that", tilt.calls == [])
    for context in ["kind-dev", "k3d-a", "minikube", "docker-desktop", "rancher-desktop", "orbstack"]:
        tilt = Tilt(context).run()
        expect(f"the context '{context}' is accepted, and no other", [c[1] for c in tilt.calls if c[0] == "allow_k8s_contexts"] == [[context]])


def check_resources(tilt):
    objects = {(entry["kind"], entry["metadata"]["name"]): entry for entry in tilt.objects}
    expect("no object is there twice", len(objects) == len(tilt.objects))
    namespaces = {name for kind, name in objects if kind == "Namespace"}
    for (kind, name), entry in objects.items():
        namespace = entry["metadata"].get("namespace")
        expect(f"{kind} {name}: its namespace is made as well", namespace is None or namespace in namespaces)

    for name, replicas in [("citus-coordinator", 1), ("citus-worker", 2)]:
        entry = objects[("StatefulSet", name)]
        expect(f"{name}: {replicas} in dev-infra", (entry["spec"]["replicas"], entry["metadata"]["namespace"]) == (replicas, "dev-infra"))
        service = objects[("Service", entry["spec"]["serviceName"])]
        labels = entry["spec"]["template"]["metadata"]["labels"]
        expect(f"{name}: its Service selects it", service["spec"]["selector"].items() <= labels.items())
    expect("no password stands in a pod", not any("value" in variable for entry in tilt.objects for variable in variables(entry) if "PASSWORD" in variable["name"]))
    keys = {(name, key) for (kind, name), entry in objects.items() if kind == "Secret" for key in entry.get("stringData", {})}
    used = {(r["name"], r["key"]) for entry in tilt.objects for r in references(entry.get("spec")) if entry["kind"] != "CustomResourceDefinition"}
    expect("every Secret and key that is named is there", used <= keys and bool(used))

    job = objects[("Job", "citus-register-workers")]
    workers = next(v["value"] for v in variables(job) if v["name"] == "WORKERS").split()
    names = [f"citus-worker-{i}.citus-worker.dev-infra.svc" for i in range(objects[("StatefulSet", "citus-worker")]["spec"]["replicas"])]
    migration = objects[("CitusMigration", "betting-platform")]
    cluster = migration["spec"]["cluster"]
    expect("the workers that are registered are those of the StatefulSet, and as many as are expected", workers == names and cluster["workers"]["expected"] == len(names))
    expect("the resource leads to the coordinator", cluster["host"]["value"].split(".")[:2] == ["citus-coordinator", "dev-infra"])
    expect("one controller, with the image that is updated in place", controller(objects) == (1, "whimbrel-dev", False))

    locals_, resources = tilt.named("local_resource"), tilt.named("k8s_resource")
    images = tilt.named("docker_build")
    expect("the images of the pods are built or public", all(i in images or "/" in i for entry in tilt.objects for i in image_names(entry)))
    known = set(locals_) | set(resources)
    for name, settings in (locals_ | resources).items():
        expect(f"{name}: what it waits for is there", set(settings.get("resource_deps", [])) <= known)
        for path in settings.get("cmd", [])[:1]:
            expect(f"{name}: {path} can be run", os.access(os.path.join(EXAMPLE, path), os.X_OK))
        for path in settings.get("deps", []):
            expect(f"{name}: {path} exists", os.path.exists(os.path.join(EXAMPLE, path)))
        for selector in settings.get("objects", []):
            object_name, kind = selector.split(":")
            expect(f"{name}: {selector} exists", any(n == object_name and k.lower() == kind for k, n in objects))
    workloads = {n for k, n in objects if k in ("Deployment", "StatefulSet", "Job")}
    expect("every workload is a resource", workloads <= set(resources))
    expect("`migrations` runs when a file below infra/db/migrations is saved", locals_["migrations"]["deps"] == ["infra/db/migrations"])
    steps = [s["call"] for s in images["whimbrel-dev"]["live_update"]]
    expect("the controller is updated in place: synchronised, then started anew", steps == ["sync", "run"])


def pods(entry):
    template = entry.get("spec", {}).get("template", {}) if isinstance(entry.get("spec"), dict) else {}
    spec = template.get("spec", {})
    return spec.get("initContainers", []) + spec.get("containers", [])


def variables(entry):
    return [variable for container in pods(entry) for variable in container.get("env", [])]


def image_names(entry):
    return [container["image"] for container in pods(entry)]


def references(value):
    if isinstance(value, dict):
        if "secretKeyRef" in value:
            yield value["secretKeyRef"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def controller(objects):
    spec = objects[("Deployment", "whimbrel")]["spec"]
    container = spec["template"]["spec"]["containers"][0]
    return spec["replicas"], container["image"], container["securityContext"]["readOnlyRootFilesystem"]


check_contexts()
check_resources(Tilt("kind-dev").run())
if failures:
    sys.exit(f"{len(failures)} checks failed")
