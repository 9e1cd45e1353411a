"""From the request that creates a resource until a watch shows it Ready, one resource at a time, with nothing to apply."""
import time

from bench import controllers, kubernetes, measure, servers
from bench.results import Result, Target

TITLE = "resource created to Ready"


def run(bench):
    count, rounds = bench.times(100), bench.rounds(3)
    client = kubernetes.Client()
    controllers.prepare_database()
    rivals, missing = controllers.available(client)
    contenders = {controller.name: measure.Contender(controller.name, None) for controller in rivals}
    raw = {name: measure.Contender(name, None) for name in ("one raw POST", "one raw PATCH")}
    for number in range(rounds):
        ask(rivals[0], count, raw)
        for controller in rivals:
            one_by_one(controller, count, contenders[controller.name])
        measure.say("  round %d of %d" % (number + 1, rounds))
    servers.drop_cluster("bench_controller")
    ours = contenders["whimbrel"]
    result = Result(
        "resource created to Ready, nothing pending, one at a time, on %s" % servers.citus(), [*raw.values(), *contenders.values()],
        "one raw POST", missing=missing, latencies=True)
    result.targets += [
        Target("median at most 8 ms", ours.median * 1e3, 8, " ms", 1),
        Target("p99 at most 20 ms", measure.percentile(ours.seconds, 0.99) * 1e3, 20, " ms", 1)]
    result.targets += [
        Target("below %s" % name, ours.median / contenders[name].median, 1, " times") for name in contenders if name != "whimbrel"]
    result.notes.append("Every one of %d resources each became Ready." % len(ours.samples))
    return [result]


def ask(controller, count, raw):
    """What the API server alone takes for the same resource, without a controller: one request each."""
    for number in range(count):
        name = "raw-%04d" % number
        begun = time.perf_counter()
        controller.create(name)
        created = time.perf_counter()
        controller.client.request("PATCH", controller.path + "/" + name, {"metadata": {"annotations": {"a": "b"}}}, kind="application/merge-patch+json")
        raw["one raw POST"].samples.append(measure.Sample(created - begun))
        raw["one raw PATCH"].samples.append(measure.Sample(time.perf_counter() - created))
    controller.clear()


def one_by_one(controller, count, contender):
    watch, process = controller.watch(), controller.start()
    try:
        for number in range(-5, count):
            name = "one-%s%04d" % ("w" if number < 0 else "", abs(number))
            begun = time.perf_counter()
            controller.create(name)
            process.require_running()
            ready = watch.wait_for(name)
            controller.delete(name)
            # The first ones warm connections and code.
            if number >= 0:
                contender.samples.append(measure.Sample(ready - begun))
        contender.samples[-1].memory = process.memory()
    finally:
        process.stop()
        watch.close()
    controller.clear()
