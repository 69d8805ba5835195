/**
 * The chat's end of static/embed.js: greets the page around, takes the port it answers with, keeps
 * what arrives until Python asks for it, and shows at once what needs no Python: theme, accent,
 * direction, language. Decides nothing.
 *
 * Only the window around this one can start it, and only once; all that follows comes over the port.
 */
const host = (globalThis.host = {
  /** Whether there is a page around. */
  framed: parent !== window,
  /** Its origin, once it has answered. */
  origin: "",
  /** @type {MessagePort?} */
  port: null,
  /** Messages that came before Python. @type {object[]} */
  inbox: [],
  /** Python's listener. @type {((message: object) => void)?} */
  hear: null,

  /** Tell the page around something, as JSON text because Python's values are not structured ones. @param {string} message */
  tell(message) {
    host.port?.postMessage(JSON.parse(message));
  },
});

/** @param {{theme: string?, accent: string, dir: string, lang: string}} options */
function dress({ theme, accent, dir, lang }) {
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  root.style.setProperty("--brand", accent);
  root.dir = dir;
  root.lang = lang;
}

addEventListener("message", ({ source, origin, data, ports }) => {
  if (host.port || !host.framed || source !== parent || data?.arena !== "start") return;
  host.origin = origin;
  host.port = ports[0];
  host.port.onmessage = ({ data }) => {
    if (data.type === "options") {
      dress(data);
      if (!host.inbox.length && !host.hear) host.port.postMessage({ type: "shown" });
    }
    host.hear ? host.hear(data) : host.inbox.push(data);
  };
});

// Whoever is around may read this: it says nothing. What answers is checked above.
if (host.framed) parent.postMessage({ arena: "hello" }, "*");

// The page around cannot hear a key pressed in here. What an open dialog does with Escape comes first.
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    host.port?.postMessage({ type: "close" });
  }
});
