"""Asks the expressions of the approval policy about requests that it must allow and deny. See ../policy-check."""
import sys

import celpy
import yaml

PLAN, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
APPROVE, BY, BYPASS = "whimbrel.dev/approve", "whimbrel.dev/approved-by", "whimbrel.dev/bypass-gates"
OUTSIDER, MEMBER = ("jo", ["system:authenticated"]), ("ada", ["system:authenticated", "release-managers"])

# What is asked, who asks, the annotations before (None: the object is new) and after, and which validations refuse it.
CASES = [
    ("create without annotations", OUTSIDER, None, None, []),
    ("create with another annotation", OUTSIDER, None, {"whimbrel.dev/reconcile-at": "1"}, []),
    ("create approved", OUTSIDER, None, {APPROVE: PLAN}, [0]),
    ("create with gates bypassed", OUTSIDER, None, {BYPASS: "soak"}, [0]),
    ("create approved, as a member", MEMBER, None, {APPROVE: PLAN, BY: "ada"}, []),
    ("change of the spec alone", OUTSIDER, {}, {}, []),
    ("change of another annotation", OUTSIDER, {"a": "1"}, {"a": "2"}, []),
    ("change where there is an approval already", OUTSIDER, {APPROVE: PLAN, BY: "ada"}, {APPROVE: PLAN, BY: "ada", "a": "2"}, []),
    ("approve", OUTSIDER, {}, {APPROVE: PLAN}, [0]),
    ("approve another plan", OUTSIDER, {APPROVE: PLAN, BY: "ada"}, {APPROVE: OTHER, BY: "ada"}, [0, 1]),
    ("take an approval away", OUTSIDER, {APPROVE: PLAN}, {}, [0]),
    ("take it away with all annotations", OUTSIDER, {APPROVE: PLAN}, None, [0]),
    ("sign with one's own name only", OUTSIDER, {}, {BY: "jo"}, [0]),
    ("bypass", OUTSIDER, {}, {BYPASS: "window"}, [0]),
    ("approve, as a member", MEMBER, {}, {APPROVE: PLAN, BY: "ada"}, []),
    ("approve without a name, as a member", MEMBER, {}, {APPROVE: PLAN}, []),
    ("approve in another name, as a member", MEMBER, {}, {APPROVE: PLAN, BY: "jo"}, [1]),
    ("approve over another's signature, as a member", MEMBER, {APPROVE: PLAN, BY: "bo"}, {APPROVE: OTHER, BY: "bo"}, [1]),
    ("take an approval away, as a member", MEMBER, {APPROVE: PLAN, BY: "bo"}, {}, []),
    ("bypass, as a member", MEMBER, {}, {BYPASS: "soak"}, []),
]


def resource(annotations):
    metadata = {"name": "app", "namespace": "dev"}
    return {"metadata": metadata if annotations is None else dict(metadata, annotations=annotations)}


class Policy:
    """A ValidatingAdmissionPolicy: its variables one after the other, then its validations."""

    def __init__(self, spec):
        environment = celpy.Environment()
        self.programs = [
            # This interpreter cannot compare a map with null by !=.
            [
                (item.get("name"), environment.program(environment.compile(item["expression"].replace("oldObject != null", "!(oldObject == null)"))))
                for item in spec[part]
            ]
            for part in ("variables", "validations")
        ]

    def refusals(self, user, before, after):
        """The numbers of the validations that refuse the request."""
        name, groups = user
        request = {
            "object": resource(after),
            "oldObject": None if before is None else resource(before),
            "request": {"userInfo": {"username": name, "groups": groups}},
        }
        activation = {key: celpy.json_to_cel(value) for key, value in request.items()}
        variables = activation["variables"] = celpy.celtypes.MapType()
        for key, program in self.programs[0]:
            variables[celpy.celtypes.StringType(key)] = program.evaluate(activation)
        return [number for number, (_, program) in enumerate(self.programs[1]) if not program.evaluate(activation)]


def main():
    with open("manifests/components/approval-policy/policy.yaml") as file:
        objects = list(yaml.safe_load_all(file))
    policy = Policy(next(item for item in objects if item["kind"] == "ValidatingAdmissionPolicy")["spec"])
    failed = 0
    for what, user, before, after, expected in CASES:
        found = policy.refusals(user, before, after)
        if found != expected:
            failed += 1
            print("%s, by %s: refused by the validations %s, expected %s" % (what, user[0], found, expected), file=sys.stderr)
    print("policy check: %d requests, %d not as expected" % (len(CASES), failed))
    sys.exit(1 if failed else 0)


main()
