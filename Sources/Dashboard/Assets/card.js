// What the board and the page of a resource show of a resource at a glance.

import { address, count, h, icon, time } from "./dom.js";

/** Icon and word of a state; colour only repeats them. */
export const state = (card) => h("span", { class: `state state-${card.state}` }, icon(card.state), h("span", {}, card.word));

/** The card of a resource, which leads to its page. */
export function cardElement(card, options = {}) {
  const badges = [
    card.pending > 0 && h("span", { class: "badge" }, `${card.pending} pending`),
    card.workers && h("span", { class: "badge badge-waiting" }, `workers ${card.workers}`),
    card.lintErrors > 0 && h("span", { class: "badge badge-stalled" }, count(card.lintErrors, "lint error")),
    card.lintWarnings > 0 && h("span", { class: "badge badge-waiting" }, count(card.lintWarnings, "lint warning")),
    card.drift > 0 && h("span", { class: "badge badge-waiting" }, `drift: ${count(card.drift, "object")}`),
  ].filter(Boolean);
  return h("a", {
    class: `card card-${card.state}${options.dimmed ? " dimmed" : ""}`, href: address(card), "data-key": card.key,
    "aria-current": options.current ? "page" : undefined,
  },
    h("span", { class: "line" }, state(card), h("span", { class: "when" }, card.until ? time(card.until, "", true) : time(card.since, "", true))),
    h("span", { class: "line" },
      h("span", { class: "version", title: card.version }, card.version ?? "no version"),
      h("span", { class: "namespace", title: card.key }, options.environment ?? card.namespace)),
    card.why && h("span", { class: "why" }, card.why),
    badges.length > 0 && h("span", { class: "badges" }, badges));
}
