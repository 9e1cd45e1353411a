// Which page is shown, what it follows, and who is let in.

import { Board } from "./board.js";
import { h } from "./dom.js";
import { follow, token } from "./live.js";
import { ResourceView } from "./resource.js";

const main = document.getElementById("main");
const connection = document.getElementById("connection");
const leave = document.getElementById("leave");
const theme = document.getElementById("theme");
const WORDS = { live: "Live", lost: "Reconnecting", polling: "Every 15 s" };
let stop = () => {};

function route() {
  // The link that skips to the content is no page.
  if (location.hash === "#main") { main.focus(); return; }
  stop();
  leave.hidden = !token.get();
  connect("lost", "Connecting");
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(plain);
  const view = parts.length === 2 ? new ResourceView(main, parts[0], parts[1]) : new Board(main);
  const path = parts.length === 2 ? `resources/${parts.map(encodeURIComponent).join("/")}` : "board";
  main.replaceChildren(h("p", { class: "loading" }, "Loading"));
  let isShown = false;
  stop = follow(path, {
    message(value) {
      if (!isShown) { isShown = true; view.show(); }
      view.take(value);
    },
    state: connect,
    gone: () => { isShown = false; view.gone?.(); },
    refused,
  });
  scrollTo(0, 0);
}

function plain(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function connect(state, word) {
  if (connection.dataset.state === state && !word) return;
  connection.dataset.state = state;
  connection.textContent = word ?? WORDS[state];
}

// MARK: Who is let in

function refused(status, text) {
  stop();
  connect("refused", "Not signed in");
  leave.hidden = !token.get();
  const field = h("input", { type: "password", name: "token", autocomplete: "off", required: true, spellcheck: "false", "aria-label": "Token" });
  const form = h("form", { class: "login" }, field, h("button", { type: "submit" }, "Sign in"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    token.set(field.value.trim());
    route();
  });
  const isKnown = status === 403;
  main.replaceChildren(h("section", { class: "notice" },
    h("h1", {}, isKnown ? "You may not see this" : "Sign in"),
    h("p", { role: "alert" }, text),
    h("p", {}, isKnown ? "Or sign in with the token of somebody who may:" : "A token of the cluster proves who you are; a service account's is made like this:"),
    !isKnown && h("pre", {}, "kubectl create token NAME -n NAMESPACE"),
    form,
    h("p", { class: "hint" }, "The token stays in this tab, and goes nowhere but to this address.")));
  field.focus();
}

leave.addEventListener("click", () => { token.forget(); route(); });

// MARK: Light and dark

const THEMES = ["", "light", "dark"];
const NAMES = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };

theme.textContent = NAMES[document.documentElement.dataset.theme] ?? NAMES[""];
theme.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "") + 1) % THEMES.length];
  document.documentElement.dataset.theme = next;
  theme.textContent = NAMES[next];
  try {
    localStorage.setItem("theme", next);
  } catch { /* Without storage the choice lasts as long as the page. */ }
});

// MARK: Keys

document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const field = main.querySelector("input[type=search]");
    if (field) { event.preventDefault(); field.focus(); }
  } else if (event.key === "b" || event.key === "Escape") {
    location.hash = "#/";
  }
});

addEventListener("hashchange", route);
route();
