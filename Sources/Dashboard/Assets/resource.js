// The page of one resource. Each section is made anew only when what it shows has changed.

import { cardElement, state } from "./card.js";
import { bytes, chunked, count, elapsed, h, icon, time } from "./dom.js";

const ROWS = 100;
const STEP = { Applied: "applied", Running: "applying", Failed: "stalled", Pending: "waiting" };
const TRUTH = { True: "applied", False: "stalled" };

export class ResourceView {
  constructor(main, namespace, name) {
    this.main = main;
    this.shown = new Map();
    this.limits = new Map();
    this.head = h("div", {});
    this.aside = h("div", { class: "side" });
    this.body = h("div", { class: "sections" });
    this.title = `${namespace}/${name}`;
    this.frame = [
      h("nav", { class: "crumbs", "aria-label": "Breadcrumb" }, h("a", { href: "#/" }, "Board"), h("span", { "aria-hidden": "true" }, "›"), this.title),
      this.head, h("div", { class: "page" }, this.body, this.aside),
    ];
    for (const id of ["run", "plan", "lint", "drift", "migrations"]) this.body.append(h("div", { "data-part": id }));
    for (const id of ["facts", "nodes", "timeline", "conditions"]) this.aside.append(h("div", { "data-part": id }));
    for (const id of ["summary", "chain"]) this.head.append(h("div", { "data-part": id }));
  }

  show() {
    document.title = `${this.title} · Whimbrel`;
    this.main.replaceChildren(...this.frame);
  }

  gone() {
    this.shown.clear();
    this.main.replaceChildren(h("section", { class: "notice" },
      h("h1", {}, "No such resource"), h("p", {}, `There is no CitusMigration ${this.title}. It appears here when it is declared.`),
      h("p", {}, h("a", { href: "#/" }, "Back to the board"))));
  }

  take(page) {
    if (!this.frame[1].isConnected) this.show();
    const parts = {
      summary: [summary, page.card, page.advice, page.gate, page.conditions.find((each) => each.type === "Stalled" || each.type === "Reconciling")],
      chain: [chain, page.chain, page.card.key],
      run: [run, page.run],
      plan: [plan, page.plan, page.gate, page.card.pending],
      lint: [lint, page.lint],
      drift: [drift, page.drift],
      migrations: [migrations, page.migrations, page.earlier],
      facts: [facts, page],
      nodes: [nodes, page.cluster],
      timeline: [timeline, page.events, page.createdAt],
      conditions: [conditions, page.conditions],
    };
    for (const [id, [render, ...values]] of Object.entries(parts)) {
      const text = id === "facts" ? factsKey(page) : JSON.stringify(values);
      if (this.shown.get(id) === text) continue;
      this.shown.set(id, text);
      const part = this.main.querySelector(`[data-part="${id}"]`);
      part.replaceChildren(...[render(...values, this.limits)].flat().filter(Boolean));
    }
  }
}

const section = (title, note, ...content) =>
  h("section", { class: "panel" }, h("h2", {}, title, note && h("span", { class: "note" }, note)), content);

function table(titles, rows, limits, key, render) {
  const body = h("tbody", {});
  const more = chunked(rows, ROWS, limits, key, render, body);
  return [
    h("div", { class: "scroll" }, h("table", { class: "list" },
      h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)))), body)),
    more,
  ];
}

const mark = (kind, word) => h("span", { class: `state state-${kind}` }, icon(kind), h("span", {}, word));
const code = (text, short) => text !== undefined && text !== null && h("code", { title: short ? String(text) : undefined }, short ? String(text).slice(0, short) : String(text));

function summary(card, advice, gate, condition) {
  const reason = card.state === "held" ? gate?.reason : condition?.status === "True" ? condition.reason : undefined;
  // The card cuts a long message; here there is room for all of it.
  const why = card.state === "held" ? gate?.message : condition?.status === "True" ? condition.message : card.why;
  return h("section", { class: `summary summary-${card.state}` },
    h("div", { class: "summary-line" }, h("h1", {}, card.name, h("span", { class: "namespace" }, card.namespace)), state(card),
      card.since && h("span", { class: "when" }, time(card.since, "since ")), card.until && h("span", { class: "when" }, time(card.until, "opens "))),
    why && h("p", { class: "why" }, reason && h("b", {}, `${reason}: `), why),
    advice && h("div", { class: "advice" }, h("span", {}, advice.text), command(advice.command)));
}

function command(text) {
  const block = h("code", { class: "command" }, text);
  const button = h("button", { type: "button", class: "quiet" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return h("span", { class: "copy" }, block, button);
}

function chain(links, key) {
  if (links.length < 2) return undefined;
  return h("nav", { class: "chain", "aria-label": "Stages of the promotion" },
    h("ol", {}, links.map((link) => h("li", {}, cardElement(link.card, { current: link.card.key === key, environment: link.environment })))));
}

function factsKey(page) {
  return JSON.stringify([page.source, { ...page.cluster, nodes: undefined }, page.card.version, page.card.applied, page.card.pending, page.generation, page.observedGeneration, page.createdAt]);
}

function facts(page) {
  const rows = [
    ["Version", code(page.card.version)],
    ["Migrations", page.card.applied !== undefined && `${page.card.applied} applied, ${page.card.pending ?? 0} pending`],
    ["Source", page.source && [code(page.source.revision), ` ${count(page.source.scripts, "script")}`]],
    ["Digest", page.source && code(page.source.digest, 19)],
    ["Target", page.cluster && code(page.cluster.target)],
    ["Citus", page.cluster?.citus && `${page.cluster.citus}, PostgreSQL ${page.cluster.postgres ?? "?"}`],
    ["Workers", page.cluster?.workers && `${page.cluster.workers} ready`],
    ["Generation", page.generation !== undefined && (page.observedGeneration === page.generation ? `${page.generation}` : `${page.generation}, looked at ${page.observedGeneration ?? "none"}`)],
    ["Created", time(page.createdAt)],
  ].filter(([, value]) => value);
  return section("Facts", undefined, h("dl", {}, rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)))));
}

function run(run, limits) {
  if (!run) return section("Latest run", undefined, h("p", { class: "nothing" }, "Nothing has been run yet."));
  const kind = { Running: "applying", Succeeded: "applied", Failed: "stalled" }[run.outcome] ?? "waiting";
  const took = run.finishedAt ? elapsed(new Date(run.finishedAt) - new Date(run.startedAt)) : undefined;
  return section("Latest run", undefined,
    h("p", { class: "meta" }, mark(kind, run.outcome), time(run.startedAt, "began "), took && h("span", {}, `took ${took}`),
      run.holder && h("span", {}, "by ", code(run.holder)), run.id && h("span", {}, "id ", code(run.id))),
    run.steps.length > 0 && table(["State", "Script", "Version", "Checksum", "Time"], run.steps, limits, "steps", step));
}

function step(step) {
  const cells = [mark(STEP[step.state] ?? "unseen", step.state), code(step.script), code(step.version), code(step.checksum), elapsed(step.milliseconds)];
  const row = h("tr", {}, cells.map((cell, index) => h("td", { class: index > 2 ? "number" : undefined }, cell)));
  if (!step.error) return row;
  const error = step.error;
  const fragment = document.createDocumentFragment();
  fragment.append(row, h("tr", { class: "failure" }, h("td", { colspan: "5" },
    h("div", { class: "error" }, h("p", {}, error.place && code(error.place), error.sqlState && h("span", { class: "badge badge-stalled" }, `SQLSTATE ${error.sqlState}`)),
      h("pre", {}, error.message), error.hint && h("p", { class: "hint" }, h("b", {}, "Hint: "), error.hint)))));
  return fragment;
}

function plan(plan, gate, pending, limits) {
  if (!plan || plan.steps.length === 0) return section("Pending", undefined, h("p", { class: "nothing" }, pending === 0 ? "Nothing is pending." : "There is no plan yet."));
  const approvals = [["Approved", gate?.approval], ["Gates bypassed", gate?.bypass]].filter(([, value]) => value);
  return section("Pending", count(plan.steps.length + plan.more, "migration"),
    gate && h("p", { class: "meta" }, mark("held", gate.reason), `holds ${gate.held}`, gate.until && time(gate.until, "opens "),
      approvals.map(([word, value]) => h("span", {}, `${word}${value.by ? ` by ${value.by}` : ""} `, time(value.seenAt)))),
    table(["#", "Script", "Version", "Checksum", "Mode"], plan.steps.map((each, index) => ({ ...each, index })), limits, "plan", (each) =>
      h("tr", {}, h("td", { class: "number" }, String(each.index + 1)), h("td", {}, code(each.script)), h("td", {}, code(each.version)), h("td", { class: "number" }, code(each.checksum)),
        h("td", {}, each.transactional ? "in a transaction" : "outside a transaction"))),
    plan.more > 0 && h("p", { class: "nothing" }, `and ${plan.more} more, which the status does not list`),
    effects(plan, limits),
    h("p", { class: "meta" }, "Digest ", code(plan.digest)));
}

// What the pending migrations do to tables that are there, where that is known.
function effects(plan, limits) {
  if (!plan.effects) return undefined;
  const rows = plan.steps.flatMap((each) => each.effects.map((effect) => ({ ...effect, script: each.script })));
  const refused = plan.steps.filter((each) => each.refusal);
  const origin = plan.effects.source === "ScratchDatabase" ? "Tried in a scratch database" : "Worked out from the text";
  return [
    h("h3", {}, "What it does to tables"),
    rows.length === 0 ? h("p", { class: "nothing" }, "No statement locks, reads or rewrites a table that is there already.")
      : table(["Script", "Line", "Statement", "Table", "Size", "Lock", "Blocks", "Rows"], rows, limits, "effects", effect),
    refused.map((each) => h("div", { class: "error" },
      h("p", {}, h("span", { class: "badge badge-stalled" }, "Refused"), " ", code(each.refusal.place ?? each.script), each.refusal.sqlState && h("span", { class: "badge" }, `SQLSTATE ${each.refusal.sqlState}`)),
      h("pre", {}, each.refusal.message), each.refusal.hint && h("p", { class: "hint" }, h("b", {}, "Hint: "), each.refusal.hint))),
    h("p", { class: "hint" }, plan.effects.message ? `${origin}: ${plan.effects.message}` : origin),
  ];
}

function effect(effect) {
  const spread = [effect.placement, effect.shards !== undefined && count(effect.shards, "shard"), effect.nodes !== undefined && `on ${count(effect.nodes, "node")}`].filter(Boolean).join(", ");
  const badge = { "reads and writes": "badge badge-stalled", writes: "badge badge-waiting" }[effect.blocks] ?? "badge";
  return h("tr", {}, h("td", {}, code(effect.script)), h("td", { class: "number" }, String(effect.line)), h("td", {}, effect.statement),
    h("td", {}, code(effect.table), h("span", { class: "hint" }, ` ${spread}`)), h("td", { class: "number" }, bytes(effect.bytes) || "unknown"),
    h("td", {}, effect.lock), h("td", {}, effect.blocks && h("span", { class: badge }, effect.blocks)), h("td", {}, effect.rows?.toLowerCase()));
}

function lint(lint) {
  if (!lint) return undefined;
  const total = lint.errors + lint.warnings + lint.infos;
  if (total === 0) return section("Lint", undefined, h("p", { class: "nothing" }, "No findings in what is pending."));
  const note = [lint.errors && count(lint.errors, "error"), lint.warnings && count(lint.warnings, "warning"), lint.infos && count(lint.infos, "note")].filter(Boolean).join(", ");
  return section("Lint", note, h("ul", { class: "findings" }, lint.findings.map((finding) => h("li", {},
    h("p", {}, mark({ Error: "stalled", Warning: "warning" }[finding.level] ?? "unseen", finding.level), code(`${finding.script}:${finding.line}:${finding.column}`), h("span", { class: "badge" }, finding.rule)),
    h("p", {}, finding.message), h("p", { class: "hint" }, finding.remedy)))),
    total > lint.findings.length && h("p", { class: "nothing" }, `and ${total - lint.findings.length} more`));
}

function drift(drift, limits) {
  if (!drift) return undefined;
  if (drift.count === 0) return section("Drift", undefined, h("p", { class: "nothing" }, "The database is as the migrations left it, compared ", time(drift.checkedAt), "."));
  return section("Drift", `${count(drift.count, "object")}, compared`, time(drift.checkedAt),
    table(["Change", "Object", "Node", "Expected", "Actual"], drift.objects, limits, "drift", (each) =>
      h("tr", {}, h("td", {}, each.change), h("td", {}, code(`${each.kind}/${each.name}`)), h("td", {}, each.node), h("td", {}, code(each.expected)), h("td", {}, code(each.actual)))),
    drift.count > drift.objects.length && h("p", { class: "nothing" }, `and ${drift.count - drift.objects.length} more`));
}

function migrations(list, earlier, limits) {
  if (list.length === 0) return section("Applied migrations", undefined, h("p", { class: "nothing" }, "Nothing has been applied yet."));
  return section("Applied migrations", "newest first",
    table(["State", "Migration", "Version", "Checksum", "Applied", "Time"], list, limits, "migrations", (each) =>
      h("tr", {}, h("td", {}, each.isApplied ? mark("applied", each.type && each.type !== "SQL" ? each.type : "Applied") : mark("stalled", "Failed")),
        h("td", {}, each.script ? code(each.script) : each.description ?? ""), h("td", {}, code(each.version)), h("td", { class: "number" }, code(each.checksum)),
        h("td", {}, time(each.at)), h("td", { class: "number" }, elapsed(each.milliseconds)))),
    earlier > 0 && h("p", { class: "nothing" }, `${earlier} earlier ones are in the history table; the status does not list them.`));
}

function nodes(cluster) {
  if (!cluster || cluster.nodes.length === 0) return undefined;
  return section("Cluster nodes", undefined, h("div", { class: "scroll" }, h("table", { class: "list" },
    h("thead", {}, h("tr", {}, ["Node", "Group", "Role", "State"].map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", {}, cluster.nodes.map((node) => h("tr", {}, h("td", {}, code(node.name)), h("td", { class: "number" }, String(node.group)), h("td", {}, node.role),
      h("td", {}, mark(node.state === "Active" ? "applied" : "waiting", node.state))))))));
}

function timeline(events, createdAt) {
  const all = createdAt ? [...events, { kind: "created", at: createdAt, title: "Declared", isBad: false }] : events;
  if (all.length === 0) return undefined;
  return section("Timeline", undefined, h("ol", { class: "timeline" }, all.map((event) => h("li", { class: event.isBad ? "bad" : undefined },
    h("span", {}, h("b", {}, event.title), event.isBad && h("span", { class: "badge badge-stalled" }, "needs a look")), time(event.at),
    event.detail && h("span", { class: "detail" }, event.detail)))));
}

function conditions(conditions) {
  if (conditions.length === 0) return undefined;
  return section("Conditions", undefined, h("ul", { class: "conditions" }, conditions.map((each) => {
    const isBad = each.type === "Stalled" || each.type === "Reconciling" ? each.status === "True" : each.status !== "True";
    const kind = !isBad ? "applied" : each.type === "Stalled" || TRUTH[each.status] === "stalled" ? "stalled" : "waiting";
    return h("li", {}, h("p", {}, mark(kind, `${each.type}: ${each.status}`), h("span", { class: "when" }, time(each.since))),
      h("p", { class: "hint" }, h("b", {}, each.reason), " ", each.message));
  })));
}
