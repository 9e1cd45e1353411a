// Follows a document by server-sent events. By fetch rather than EventSource, which can send no Authorization header.

const TOKEN = "whimbrel-token";

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
  forget: () => sessionStorage.removeItem(TOKEN),
};

const headers = (more) => {
  const value = token.get();
  return value ? { Authorization: `Bearer ${value}`, ...more } : more;
};

/**
 * Follows `api/PATH` until `stop` is called: `on.message(value)`, `on.state("live" | "lost" | "polling")`,
 * `on.refused(status, text)`, `on.gone()`. A tab that nobody sees follows nothing.
 */
export function follow(path, on) {
  let abort = new AbortController();
  let isStopped = false;
  let last;
  let failures = 0;
  let wake = () => {};

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => { clearTimeout(timer); resolve(); };
    });
  const seen = () => {
    if (document.hidden) abort.abort();
    else wake();
  };
  document.addEventListener("visibilitychange", seen);

  (async () => {
    while (!isStopped) {
      if (document.hidden) { await pause(3600000); continue; }
      abort = new AbortController();
      try {
        const wait = await once();
        if (wait === undefined) return;
        failures = 0;
        await pause(wait);
      } catch {
        if (isStopped) return;
        if (!document.hidden) {
          on.state("lost");
          await pause(Math.min(15000, 500 * 2 ** failures++));
        }
      }
    }
  })();

  // How long to wait before the next time; undefined for never.
  async function once() {
    const response = await fetch(`api/${path}/stream`, {
      headers: headers(last ? { "Last-Event-ID": last } : {}), signal: abort.signal, cache: "no-store",
    });
    if (response.status === 401 || response.status === 403) {
      on.refused(response.status, await problem(response));
      return undefined;
    }
    if (response.status === 404) { on.gone(); return 5000; }
    if (response.status === 503 && Number(response.headers.get("Retry-After")) >= 15) return poll();
    if (!response.ok) throw new Error(String(response.status));
    on.state("live");
    await read(response.body);
    return 500;
  }

  // Too many readers follow already.
  async function poll() {
    const response = await fetch(`api/${path}`, { headers: headers({}), signal: abort.signal, cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    on.state("polling");
    on.message(await response.json());
    return 15000;
  }

  async function read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      failures = 0;
      text += value;
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) take(event);
    }
  }

  function take(event) {
    let kind = "message";
    let data = "";
    for (const line of event.split("\n")) {
      if (line.startsWith("id: ")) last = line.slice(4);
      else if (line.startsWith("event: ")) kind = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
    }
    if (kind === "gone") on.gone();
    else if (kind === "message" && data) on.message(JSON.parse(data));
  }

  return () => {
    isStopped = true;
    document.removeEventListener("visibilitychange", seen);
    abort.abort();
    wake();
  };
}

async function problem(response) {
  try {
    return (await response.json()).error;
  } catch {
    return "";
  }
}
