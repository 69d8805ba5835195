/**
 * The chat's end of static/embed.js: greets the page around, takes the port it answers with, keeps
 * what arrives until Python asks for it, and shows at once what needs no Python: theme, accent,
 * language, greeting, suggestions. Decides nothing.
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

  /** Tell the page around something. @param {string} message JSON text: Python's values cannot be posted */
  tell(message) {
    host.port?.postMessage(JSON.parse(message));
  },
});

const root = document.documentElement;

/** Lay the texts that differ here over the page's own, static/languages/embed/CODE.json. */
async function overlay() {
  const answer = await fetch(`static/languages/embed/${languages.code}.json`);
  Object.assign(languages.texts, await answer.json());
  languages.text = JSON.stringify(languages.texts);
  languages.say(document);
}

languages.ready = languages.ready.then(overlay).catch(() => {}); // what does not come is said as in the page

/** Switch to a language that is known; another one, or one that does not come, changes nothing. @param {string} code */
async function speak(code) {
  await languages.ready;
  if (code === languages.code || !Object.hasOwn(languages.known, code)) return;
  await languages.choose(code).then(overlay).catch(() => {});
}

/** @param {Record<string, string?>} options of which those that anybody sees are shown */
async function dress({ theme, accent, lang, dir, greeting, suggestions }) {
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else delete root.dataset.theme;
  root.style.setProperty("--brand", accent);
  await speak(lang.toLowerCase().split("-")[0]);
  root.dir = dir;
  document.getElementById("greeting").textContent = greeting ?? languages.texts?.greeting ?? "";
  suggest(suggestions);
  host.port.postMessage({ type: "shown" });
}

/** @param {string?} suggestions questions with a | between two */
function suggest(suggestions) {
  const list = document.getElementById("suggestions");
  if (suggestions === null && list.dataset.own === undefined) return; // what the pack suggests stays
  list.dataset.own = "";
  const buttons = (suggestions ?? "").split("|").map((question) => question.trim()).filter(Boolean).map((question) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", dir: "auto", textContent: question });
    button.dataset.do = "ask";
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  list.replaceChildren(...buttons);
}

/** One message after the other, though showing options takes a while. */
let line = new Promise((done) => addEventListener("DOMContentLoaded", done));

addEventListener("message", ({ source, origin, data, ports }) => {
  if (host.port || !host.framed || source !== parent || data?.arena !== "start") return;
  host.origin = origin;
  host.port = ports[0];
  host.port.onmessage = ({ data }) => {
    line = line.then(async () => {
      if (data.type === "focus") return document.getElementById("question").focus();
      if (data.type === "options") await dress(data);
      host.hear ? host.hear(data) : host.inbox.push(data);
    });
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
