// The interface's language: chosen here, before any Python runs, so that nothing shows in the wrong
// one. Its texts are static/languages/CODE.json. An element says which text is its own:
// data-say (content), data-label (aria-label, and its title if it has one), data-hint (placeholder).
const languages = (globalThis.languages = {
  /** Code → its own name, as the person who looks for it reads it. */
  known: { en: "English", es: "Español", pt: "Português", de: "Deutsch", ar: "العربية" },
  code: "en",
  /** The texts, as the JSON text they came as; "" until then. */
  text: "",

  /** Switch to a language. A file that does not come leaves the page as it is. @param {string} code */
  async choose(code) {
    const answer = await fetch(new URL(`languages/${code}.json`, here));
    if (!answer.ok) throw new Error(`languages/${code}.json: status ${answer.status}`);
    languages.text = await answer.text();
    languages.code = code;
    languages.texts = JSON.parse(languages.text);
    const root = document.documentElement;
    root.lang = code;
    root.dir = languages.texts.dir;
    languages.say(document);
  },

  /** Write the texts into what stands in the page. @param {ParentNode} root */
  say(root) {
    const { texts } = languages;
    for (const node of root.querySelectorAll("[data-say]")) node.textContent = texts[node.dataset.say];
    for (const node of root.querySelectorAll("[data-hint]")) node.placeholder = texts[node.dataset.hint];
    for (const node of root.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", texts[node.dataset.label]);
      if (node.title) node.title = texts[node.dataset.label];
    }
  },

  /** Remember a choice; "" follows the browser. @param {string} code */
  keep(code) {
    try {
      localStorage.setItem("arenalab-language", code);
    } catch {
      // The choice then lasts until the page is closed.
    }
  },
});

const here = document.currentScript.src;

/** The language of the address, of the last choice, or of the browser; English before any other. */
function wanted() {
  const asked = [new URLSearchParams(location.search).get("lang")];
  try {
    asked.push(localStorage.getItem("arenalab-language"));
  } catch {
    // Storage is refused: the browser's language it is.
  }
  const codes = [...asked, ...navigator.languages].filter(Boolean).map((tag) => tag.toLowerCase().split("-")[0]);
  return codes.find((code) => Object.hasOwn(languages.known, code)) ?? "en";
}

languages.code = wanted();
document.documentElement.lang = languages.code;
document.documentElement.dir = languages.code === "ar" ? "rtl" : "ltr";
/** Resolves once the page's texts are there, in English where the language's own do not come. */
languages.ready = new Promise((done) => addEventListener("DOMContentLoaded", done))
  .then(() => languages.choose(languages.code))
  .catch(() => languages.choose("en"));
