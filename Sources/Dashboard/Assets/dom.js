// Elements. Every text goes in as a text node: nothing that comes from outside is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`onclick` and the like are listeners) and children; empty ones are left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false && child !== ""));
  return element;
}

const ICONS = {
  applied: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M5 8.2l2.1 2.1L11 6.2",
  applying: "M13.8 8a5.8 5.8 0 1 1-1.9-4.3M12.2 1.2v2.8h-2.8",
  waiting: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M8 4.5V8l2.3 1.8",
  held: "M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
  stalled: "M8 2L14.5 13.5h-13zM8 6.3v3.2M8 11.4v.3",
  warning: "M8 2L14.5 13.5h-13zM8 6.3v3.2M8 11.4v.3",
  suspended: "M5.5 3v10M10.5 3v10",
  unseen: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M5.5 8h.1M8 8h.1M10.5 8h.1",
};

/** The icon of a state; the word beside it says the same, so it is hidden from screen readers. */
export function icon(state) {
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("viewBox", "0 0 16 16");
  image.setAttribute("class", `icon icon-${state}`);
  image.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[state] ?? ICONS.unseen);
  image.append(path);
  return image;
}

/** `3 min ago`, or `3 min` where there is little room, with the moment itself when the pointer rests on it. */
export function time(text, prefix = "", isShort = false) {
  const moment = text ? new Date(text.includes("T") ? text : `${text.replace(" ", "T")}Z`) : undefined;
  if (!moment || Number.isNaN(moment.getTime())) return text ? h("span", {}, prefix, text) : undefined;
  const absolute = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
  const element = h("time", { datetime: moment.toISOString(), title: absolute, "data-prefix": prefix, "data-short": isShort });
  element.textContent = prefix + relative(moment, isShort);
  return element;
}

function relative(moment, isShort) {
  const seconds = Math.round((Date.now() - moment.getTime()) / 1000);
  const size = Math.abs(seconds);
  const text =
    size < 5 ? "now" : size < 60 ? `${size} s` : size < 5400 ? `${Math.round(size / 60)} min`
      : size < 129600 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 86400)} d`;
  return text === "now" ? text : seconds < 0 ? `in ${text}` : isShort ? text : `${text} ago`;
}

setInterval(() => {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const text = element.dataset.prefix + relative(new Date(element.dateTime), "short" in element.dataset);
    if (element.textContent !== text) element.textContent = text;
  }
}, 1000);

/** `850 ms`, `12.3 s`, `4 min 05 s`. */
export function elapsed(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return "";
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60000)} min ${String(Math.floor(milliseconds / 1000) % 60).padStart(2, "0")} s`;
}

/** `512 kB`, as PostgreSQL writes sizes; nothing where it is not known. */
export function bytes(size) {
  if (size === undefined || size === null) return "";
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (size >= 10240 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${Math.round(size)} ${units[unit]}`;
}

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

export const address = (card) => `#/${encodeURIComponent(card.namespace)}/${encodeURIComponent(card.name)}`;

/** Shows a list piece by piece, so that however long it is the document stays small; `limits` remembers how far it was. */
export function chunked(items, size, limits, key, render, container) {
  const shown = Math.max(limits.get(key) ?? size, size);
  container.append(...items.slice(0, shown).map(render));
  if (items.length <= shown) return undefined;
  const more = h("button", { type: "button", class: "more" });
  let next = shown;
  more.textContent = label();
  more.addEventListener("click", () => {
    const added = items.slice(next, next + size).map(render);
    container.append(...added);
    next += size;
    limits.set(key, next);
    if (next >= items.length) more.remove();
    else more.textContent = label();
    added[0]?.querySelector("a, button")?.focus();
  });
  return more;
  function label() {
    return `Show ${Math.min(size, items.length - next)} more of ${items.length - next}`;
  }
}
