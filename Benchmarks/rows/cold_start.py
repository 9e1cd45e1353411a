"""From the start of a controller's process until its first reconcile is done: a resource is there, and a watch shows it Ready."""
from bench import controllers, kubernetes, measure, servers
from bench.results import Result, Target

TITLE = "controller, cold start to first reconcile"


def run(bench):
    client = kubernetes.Client()
    controllers.prepare_database()
    rivals, missing = controllers.available(client)
    contenders = [measure.Contender(controller.name, lambda controller=controller: start(controller)) for controller in rivals]
    measure.interleave(contenders, bench.rounds(7))
    servers.drop_cluster("bench_controller")
    result = Result("cold start to the first reconcile done, on %s" % servers.citus(), contenders, missing=missing)
    ours = result.contender("whimbrel").median
    result.targets = [Target("below %s" % other.name, ours / other.median, 1, " times") for other in contenders if other.name != "whimbrel"]
    return [result]


def start(controller):
    controller.create("first")
    watch, process = controller.watch(), controller.start()
    try:
        ready = watch.wait_for("first")
        return measure.Sample(ready - process.started, process.processor(), process.memory())
    finally:
        process.stop()
        watch.close()
        controller.clear()
