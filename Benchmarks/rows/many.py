"""10,000 resources that are there when the controller starts: until all are Ready, and what it takes when nothing happens."""
import time

from bench import controllers, kubernetes, measure, servers
from bench.results import Result, Target

TITLE = "10,000 resources, then idle"
RESOURCES = 10000
QUIET = 60  # seconds; two of the periods after which client-go's sample looks at everything again


def run(bench):
    count = bench.times(RESOURCES)
    client = kubernetes.Client()
    controllers.prepare_database()
    rivals, missing = controllers.available(client, (controllers.SampleController, controllers.Whimbrel))
    idle = {controller.name: [] for controller in rivals}
    contenders = [
        measure.Contender(controller.name, lambda controller=controller: fill(controller, count, idle[controller.name])) for controller in rivals]
    measure.interleave(contenders, bench.rounds(3), warm=False)
    servers.drop_cluster("bench_controller")
    result = Result("%d resources until all are Ready, on %s" % (count, servers.citus()), contenders,
                    "sample-controller" if "sample-controller" not in missing else None, missing=missing)
    ours = result.contender("whimbrel")
    result.targets.append(Target("memory at most 60 MB", ours.memory() / 1e6, 60, " MB", 1))
    if result.floor:
        result.targets.append(Target("half the time of sample-controller", result.ratio("whimbrel"), 0.5, " times"))
    shares = {name: sorted(share for share, _ in found)[len(found) // 2] * 100 for name, found in idle.items()}
    result.targets.append(Target("idle at most 0.5 % of a core", shares["whimbrel"], 0.5, " %"))
    result.notes.append("Idle, %d s long: %s." % (QUIET, "; ".join(
        "%s %.2f %% of a core and %.1f MB" % (name, shares[name], max(memory for _, memory in found) / 1e6) for name, found in idle.items())))
    result.notes.append("All %d resources of each became Ready." % count)
    return [result]


def settle(process):
    """Waits until the controller has ended what it does behind Ready, which is when it hardly works for 10 s, at most a minute: one
    that looks at everything again and again never rests. How long that was."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 60:
        before = process.processor()
        time.sleep(10)
        if process.processor() - before < 0.5:
            return time.perf_counter() - begun - 10
    return time.perf_counter() - begun


def fill(controller, count, idle):
    measure.say("  %s: creating %d resources" % (controller.name, count))
    kubernetes.for_each(["many-%06d" % number for number in range(count)], lambda client, name: controller.create(name, client))
    watch, process = controller.watch(), controller.start()
    try:
        watch.wait(lambda seen: len(seen) >= count, 300 + count / 5, controller.name)
        sample = measure.Sample(max(watch.seen.values()) - process.started, process.processor(), process.memory())
        measure.say("  %s: all are Ready after %.1f s" % (controller.name, sample.seconds))
        settled = settle(process)
        measure.say("  %s: as idle as it gets %.0f s later" % (controller.name, settled))
        before = process.processor()
        time.sleep(QUIET)
        process.require_running()
        idle.append(((process.processor() - before) / QUIET, process.memory("VmRSS")))
        sample.memory = process.memory()
        return sample
    finally:
        process.stop()
        watch.close()
        measure.say("  %s: removing the resources" % controller.name)
        controller.clear()
