// The promotion board: a column for each environment, a row for each thing that is promoted.

import { cardElement } from "./card.js";
import { chunked, h, icon } from "./dom.js";

const FILTERS = [
  ["", "All", ""], ["stalled", "Needs a person", "stalled"], ["held", "Held by a gate", "held"],
  ["waiting", "Waiting", "waiting"], ["applying", "Applying", "applying"], ["applied", "Applied", "applied"],
  ["suspended", "Suspended", "suspended"], ["unseen", "Not looked at", "unseen"],
];
const ROWS = 60;

export class Board {
  constructor(main) {
    this.main = main;
    this.cards = new Map();
    this.layout = { columns: [], rows: [] };
    this.filter = "";
    this.search = "";
    this.limits = new Map();
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "Filter by state" });
    this.input = h("input", {
      type: "search", placeholder: "Filter (press /)", "aria-label": "Filter", autocomplete: "off",
      oninput: () => { this.search = this.input.value.trim().toLowerCase(); this.arrange(); },
    });
    this.body = h("div", { class: "board-body" });
    this.frame = [
      h("h1", { class: "hidden" }, "Promotion board"), h("div", { class: "toolbar" }, this.chips, this.input), this.body,
    ];
  }

  show() {
    document.title = "Board · Whimbrel";
    this.main.replaceChildren(...this.frame);
  }

  take(message) {
    if (message.isWhole) this.cards.clear();
    for (const card of message.cards) this.cards.set(card.key, card);
    for (const key of message.removed) this.cards.delete(key);
    const isOther = message.layout !== undefined;
    if (isOther) this.layout = message.layout;
    // A filter may let a changed card in, or no longer.
    if (isOther || message.isWhole || this.filter || this.search) this.arrange();
    else for (const card of message.cards) this.replace(card);
    this.count();
  }

  matches(card) {
    return (!this.filter || card.state === this.filter)
      && (!this.search || `${card.key} ${card.version ?? ""} ${card.word}`.toLowerCase().includes(this.search));
  }

  replace(card) {
    const old = this.body.querySelector(`[data-key="${CSS.escape(card.key)}"]`);
    if (!old) return;
    const isFocused = document.activeElement === old;
    const element = cardElement(card);
    old.replaceWith(element);
    if (isFocused) element.focus();
  }

  count() {
    const numbers = new Map([["", this.cards.size]]);
    for (const card of this.cards.values()) numbers.set(card.state, (numbers.get(card.state) ?? 0) + 1);
    const focused = this.chips.contains(document.activeElement) ? document.activeElement.dataset.state : undefined;
    this.chips.replaceChildren(...FILTERS.filter(([state]) => state === "" || state === this.filter || numbers.has(state)).map(([state, text]) =>
      h("button", {
        type: "button", class: `chip chip-${state || "all"}`, "data-state": state, "aria-pressed": this.filter === state,
        onclick: () => { this.filter = this.filter === state ? "" : state; this.arrange(); this.count(); },
      }, state && icon(state), text, h("b", {}, String(numbers.get(state) ?? 0)))));
    if (focused !== undefined) this.chips.querySelector(`[data-state="${focused}"]`)?.focus();
  }

  arrange() {
    if (this.cards.size === 0) { this.body.replaceChildren(emptyBoard()); return; }
    const rows = this.layout.rows.filter((row) => row.cells.flat().some((key) => this.cards.has(key) && this.matches(this.cards.get(key))));
    if (rows.length === 0) {
      this.body.replaceChildren(h("div", { class: "notice" },
        h("p", {}, "No resource fits the filter."),
        h("button", { type: "button", onclick: () => this.reset() }, "Show all")));
      return;
    }
    const columns = this.layout.columns;
    const body = h("tbody", { role: "rowgroup" });
    const more = chunked(rows, ROWS, this.limits, "rows", (row) => this.row(row), body);
    const focused = document.activeElement?.dataset?.key;
    this.body.replaceChildren(
      h("table", { class: `board columns-${Math.min(columns.length, 8)}`, role: "table" },
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
          h("th", { scope: "col", role: "columnheader" }, "Resource"),
          columns.map((column) => h("th", { scope: "col", role: "columnheader" }, this.title(column))))),
        body),
      more ?? "");
    if (focused) this.body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  title(column) {
    return column || (this.layout.columns.length === 1 ? "State" : "elsewhere");
  }

  row(row) {
    return h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, h("span", { class: "subject" }, row.name), row.group && row.group !== row.name && h("span", { class: "group" }, row.group)),
      row.cells.map((keys, index) => h("td", { role: "cell", "data-environment": this.title(this.layout.columns[index]), class: keys.length ? undefined : "none" },
        keys.map((key) => this.cards.get(key)).filter(Boolean).map((card) => cardElement(card, { dimmed: !this.matches(card) })))));
  }

  reset() {
    this.filter = "";
    this.search = "";
    this.input.value = "";
    this.arrange();
    this.count();
    this.input.focus();
  }
}

function emptyBoard() {
  return h("section", { class: "notice empty" },
    h("h2", {}, "No CitusMigration yet"),
    h("p", {}, "A CitusMigration names a directory of migrations and the Citus cluster to apply it to. The controller is running and will show it here as soon as it is declared:"),
    h("pre", {}, [
      "kubectl create configmap shop-migrations --from-file=migrations/",
      "kubectl apply -f - <<EOF",
      "apiVersion: whimbrel.dev/v1alpha1",
      "kind: CitusMigration",
      "metadata: {name: shop}",
      "spec:",
      "  migrations: {configMap: {names: [shop-migrations]}}",
      "  cluster:",
      "    uri: {secretKeyRef: {name: shop-database, key: uri}}",
      "    workers: {expected: 2}",
      "EOF",
    ].join("\n")),
    h("p", {}, "Columns come from the label ", h("code", {}, "whimbrel.dev/environment"), ", else from words such as dev, staging and prod in the namespace."));
}
