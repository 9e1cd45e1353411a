// Before the first paint, so that nothing flashes. An empty choice follows the system.
"use strict";
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {
  document.documentElement.dataset.theme = "";
}
