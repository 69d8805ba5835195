/**
 * `<arena-chat pack="/faq.diamonds" title="Ask us"></arena-chat>`: a button and, once it is pressed,
 * a chat in a frame of the site this file came from. Until then nothing else is fetched.
 *
 * The boundary: the page's styles and scripts end at the shadow root and at the frame; what crosses
 * are messages over a port, handed to the frame only after its origin and window were checked
 * (static/frame.js is the other end). Attributes, methods, events, CSP: docs/embedding.md.
 *
 * A classic script, so that no CORS header is needed; as `type="module"` it works as well.
 */
{
  const HERE = (document.currentScript ?? document.querySelector('script[src*="static/embed.js"]'))?.src;

  /** Attributes that the frame is told. */
  const TOLD = ["title", "greeting", "suggestions", "theme", "accent", "lang", "dir", "threshold", "fallback"];

  /** Title, close, and what is said when the frame does not come. @type {Record<string, string[]>} */
  const WORDS = {
    en: ["Ask a question", "Close", "The chat could not be loaded. Check the network, then close and open it."],
    es: ["Haz una pregunta", "Cerrar", "No se pudo cargar el chat. Comprueba la red, ciérralo y vuelve a abrirlo."],
    pt: ["Faça uma pergunta", "Fechar", "Não foi possível carregar o chat. Verifique a rede, feche e abra de novo."],
    de: ["Frage stellen", "Schließen", "Der Chat konnte nicht geladen werden. Netz prüfen, schließen, neu öffnen."],
    ar: ["اطرح سؤالًا", "إغلاق", "تعذّر تحميل المحادثة. تحقق من الشبكة ثم أغلقها وافتحها من جديد."],
  };
  const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;
  const PHONE = matchMedia("(max-width: 480px), (max-height: 416px)");

  // Where an accent is light its ink is black, else white: 0.179 is where both have contrast 4.6.
  const STYLE = new CSSStyleSheet();
  STYLE.replaceSync(`
:host { display: contents }
:host([hidden]) { display: none }
.box {
  all: initial; position: fixed; z-index: 2147483647; inset-block-end: 0; inset-inline-end: 0;
  display: flex; flex-direction: column; align-items: flex-end; gap: 12px; pointer-events: none;
  max-inline-size: 100vi; box-sizing: border-box;
  padding: max(16px, env(safe-area-inset-top)) max(16px, env(safe-area-inset-right))
    max(16px, env(safe-area-inset-bottom)) max(16px, env(safe-area-inset-left));
  --y: clamp(0, (.179 - y) * 1e4, 1);
  --ink: color(from var(--accent) xyz-d65 calc(var(--y) * .9505) var(--y) calc(var(--y) * 1.089));
  color-scheme: light dark; color: light-dark(#1c1d20, #ececea);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
.box[data-theme=light] { color-scheme: light }
.box[data-theme=dark] { color-scheme: dark }
:host([position$=start]) .box { inset-inline: 0 auto; align-items: flex-start }
:host([position^=top]) .box { inset-block: 0 auto; flex-direction: column-reverse }
:host([position=inline]) { display: block }
:host([position=inline]) .box { position: static; padding: 0; align-items: stretch; flex-direction: column-reverse }
button { font: inherit; cursor: pointer; border: 0; pointer-events: auto }
.ask {
  display: flex; align-items: center; gap: 10px; max-inline-size: min(100%, 320px); box-sizing: border-box;
  padding: 12px 20px 12px 16px; border-radius: 32px; border: 1px solid transparent;
  background: var(--accent); color: var(--ink); font-weight: 600;
  box-shadow: 0 1px 3px #0003, 0 6px 20px #0002; transition: translate .15s, box-shadow .15s;
}
.ask:hover { translate: 0 -1px; box-shadow: 0 2px 4px #0003, 0 10px 28px #0003 }
.ask span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
:host([position=inline]) .ask { align-self: start }
svg { flex: none; inline-size: 22px; block-size: 22px; fill: none; stroke: currentColor; stroke-width: 1.75 }
:focus-visible { outline: 2px solid currentColor; outline-offset: -5px }
dialog {
  all: unset; display: none; flex-direction: column; overflow: hidden; box-sizing: border-box; pointer-events: auto;
  inline-size: min(400px, 100vi - 32px); block-size: min(672px, 100dvb - 104px);
  background: light-dark(#fbfaf8, #14161a); border: 1px solid light-dark(#e2dfd8, #343840); border-radius: 16px;
  box-shadow: 0 2px 6px #0002, 0 16px 48px #0004; transition: opacity .2s, translate .2s;
}
dialog[open] { display: flex; @starting-style { opacity: 0; translate: 0 12px } }
:host([position=inline]) dialog { inline-size: 100%; block-size: min(576px, 100dvb - 104px); box-shadow: none }
dialog:modal {
  position: fixed; inset: 0; inline-size: 100%; block-size: var(--seen, 100dvb); border: 0; border-radius: 0;
  padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
}
.top { display: flex; align-items: center; gap: 8px; padding: 8px 8px 8px 18px; font-weight: 650;
  background: var(--accent); color: var(--ink) }
.top[dir=rtl] { padding: 8px 18px 8px 8px }
h2 { all: unset; flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.top button { display: grid; place-items: center; inline-size: 40px; block-size: 40px; border-radius: 32px;
  background: none; color: inherit }
.top button:hover { background: color-mix(in srgb, currentColor 15%, transparent) }
section { position: relative; flex: 1; display: grid; place-items: center }
p { all: unset; padding: 24px; text-align: center }
p:empty { inline-size: 8px; padding: 0; aspect-ratio: 1; rotate: 45deg; background: var(--accent);
  animation: wait 1.2s infinite alternate }
@keyframes wait { from { opacity: .2 } }
iframe { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; border: 0; opacity: 0 }
iframe.shown { opacity: 1 }
@media (prefers-reduced-motion) { * { transition: none !important; animation: none !important } }
@media (forced-colors: active) { .ask { border-color: ButtonBorder } }
@media print { .box { display: none } }`);

  /** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
  const make = (tag, attributes, ...children) => {
    const svg = /^(svg|path)$/.test(tag);
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.append(...children);
    return node;
  };
  /** @param {string} d the drawing */
  const icon = (d) => make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d }));

  class ArenaChat extends HTMLElement {
    static observedAttributes = [...TOLD, "pack", "position", "open", "src"];

    #own = new CSSStyleSheet(); // this element's accent, and how much of the screen is seen
    #label = make("span", {});
    #heading = make("h2", {});
    #note = make("p", { role: "status" });
    #close = make("button", { type: "button" }, icon("m6 6 12 12M18 6 6 18"));
    #header = make("div", { class: "top" }, this.#heading, this.#close);
    #main = make("section", {}, this.#note);
    #dialog = make("dialog", { id: "chat", "aria-labelledby": "name", tabindex: "-1" }, this.#header, this.#main);
    #button = make("button", { class: "ask", type: "button", "aria-controls": "chat", "aria-expanded": "false" },
      icon("M12 2.5 21.5 12 12 21.5 2.5 12ZM12 8l4 4-4 4-4-4Z"), this.#label);
    // An empty title keeps the element's own from showing as a tip over everything.
    #box = make("div", { class: "box", title: "", popover: "manual" }, this.#dialog, this.#button);

    /** @type {HTMLIFrameElement?} */ #frame = null;
    /** @type {MessagePort?} */ #port = null;
    /** Packs the frame was told of. */ #known = new Set();
    /** Messages until there is a port. @type {object[]} */ #waiting = [];
    /** Who waits for an answer. @type {Map<number, (detail?: object) => void>} */ #asked = new Map();
    #questions = 0;
    #leave = new AbortController();

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [STYLE, this.#own];
      root.append(this.#box);
      this.#own.replaceSync(".box { --accent: #0f766e }");
      this.#heading.id = "name";
      this.#button.onclick = () => (this.hasAttribute("open") ? this.close() : this.open());
      this.#close.onclick = () => this.close();
      this.#box.onkeydown = (event) => { if (event.key === "Escape") this.close(); };
      this.#dialog.oncancel = (event) => { event.preventDefault(); this.close(); };
    }

    connectedCallback() {
      this.#leave = new AbortController();
      const { signal } = this.#leave;
      addEventListener("message", (event) => this.#greet(event), { signal });
      visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
      this.#place();
      this.#tell();
      if (this.hasAttribute("open")) this.#show();
    }

    disconnectedCallback() {
      this.#leave.abort();
      this.#unload();
      this.#hide();
    }

    /** @param {string} name @param {string?} before @param {string?} after */
    attributeChangedCallback(name, before, after) {
      if (!this.isConnected || before === after) return;
      if (name === "open") after === null ? this.#hide() : this.#show();
      else if (name === "position") this.#place();
      else if (name === "src") this.#unload(), this.hasAttribute("open") && this.#load();
      else this.#tell();
    }

    /** Open the chat and put the cursor into it. */
    open() {
      this.setAttribute("open", "");
      if (this.isConnected) this.#focus();
    }

    /** Close the chat. It goes on with what it was asked. */
    close() {
      this.removeAttribute("open");
    }

    /**
     * Open the chat and ask. @param {string} question
     * @returns {Promise<object | undefined>} the detail of `arena-answer`, or undefined when there is none
     */
    ask(question) {
      this.open();
      const id = ++this.#questions;
      this.#post({ type: "ask", id, question: String(question) });
      return new Promise((resolve) => this.#asked.set(id, resolve));
    }

    /** Forget the conversation. */
    clear() {
      this.#post({ type: "clear" });
    }

    /** Above everything, whatever the page does with z-index and transform; or where it stands. */
    #place() {
      const inline = this.getAttribute("position") === "inline";
      const above = this.#box.matches(":popover-open");
      if (inline === above) inline ? this.#box.hidePopover() : this.#box.showPopover();
    }

    #show() {
      this.#load();
      if (!this.#dialog.open) this.#dialog.setAttribute("open", "");
      this.#button.setAttribute("aria-expanded", "true");
    }

    #hide() {
      const inside = this.#dialog.contains(this.shadowRoot.activeElement);
      this.#dialog.open && this.#dialog.close();
      this.#button.setAttribute("aria-expanded", "false");
      if (inside) this.#button.focus();
    }

    /** On a phone the chat is a sheet over the page, which then waits behind it. */
    #focus() {
      if (PHONE.matches && this.getAttribute("position") !== "inline" && !this.#dialog.matches(":modal")) {
        this.#dialog.removeAttribute("open");
        this.#dialog.showModal();
        this.#fit();
      }
      if (!this.#port) return this.#dialog.focus();
      this.#frame.focus();
      this.#post({ type: "focus" });
    }

    #fit() {
      this.#set("--seen", `${visualViewport.height}px`);
    }

    /** @param {string} name @param {string} value */
    #set(name, value) {
      this.#own.cssRules[0].style.setProperty(name, value);
    }

    #load() {
      if (this.#frame) return;
      const src = this.getAttribute("src");
      const url = new URL(src ?? "../embed.html", src === null ? HERE : document.baseURI);
      if (!/^https?:$/.test(url.protocol)) return this.#fail(`src must be an address of the web, not ${url.href}`);
      const frame = (this.#frame = make("iframe", { title: this.#heading.textContent, allow: "clipboard-write" }));
      // The frame says hello while it loads; one that has loaded in silence is blocked, or not ours.
      frame.onload = () => setTimeout(() => this.#frame === frame && !this.#port && this.#fail(`${url.href} did not answer`), 2000);
      url.searchParams.set("lang", this.#lang());
      frame.src = url.href;
      this.#note.textContent = "";
      this.#main.append(frame);
    }

    #unload() {
      this.#port?.close();
      this.#frame?.remove();
      this.#port = this.#frame = null;
      this.#waiting = [];
      this.#asked.forEach((resolve) => resolve());
      this.#asked.clear();
    }

    /** @param {string} message for the developer; the person reads a plainer one */
    #fail(message) {
      this.#unload();
      this.#note.textContent = this.#words()[2];
      this.#say("error", { kind: "frame", message });
    }

    /** Our own frame, at the address we gave it, says hello: from now on all goes over a port. @param {MessageEvent} event */
    #greet({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== new URL(this.#frame.src).origin) return;
      if (data?.arena !== "hello") return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => this.#hear(event.data);
      this.#port?.close();
      this.#port = port1;
      this.#known.clear();
      source.postMessage({ arena: "start" }, origin, [port2]);
      this.#tell();
      this.#waiting.splice(0).forEach((message) => port1.postMessage(message));
    }

    /** @param {{type: string, id?: number}} message from the frame */
    #hear({ type, id, ...detail }) {
      if (type === "shown") {
        this.#frame.className = type;
        if (this.#dialog.contains(this.shadowRoot.activeElement)) this.#focus();
      } else if (type === "close") this.close();
      else if (type === "pack") this.#known.delete(detail.url), this.#hand(detail.url);
      else {
        if (id) this.#asked.get(id)?.(type === "answer" ? detail : undefined), this.#asked.delete(id);
        this.#say(type, detail);
      }
    }

    /** @param {string} type @param {object} detail */
    #say(type, detail) {
      this.dispatchEvent(new CustomEvent(`arena-${type}`, { detail, bubbles: true, composed: true }));
    }

    /** @param {object} message */
    #post(message) {
      this.#port ? this.#port.postMessage(message) : this.#waiting.push(message);
    }

    #lang() {
      return this.closest("[lang]")?.lang || navigator.language;
    }

    #words() {
      return WORDS[this.#lang().slice(0, 2).toLowerCase()] ?? WORDS.en;
    }

    /** Show what the attributes say now, and tell the frame if there is one. */
    #tell() {
      const options = Object.fromEntries(TOLD.map((name) => [name, this.getAttribute(name)]));
      options.lang = this.#lang();
      options.dir = /^(ltr|rtl)$/.test(options.dir) ? options.dir : RIGHT_TO_LEFT.test(options.lang) ? "rtl" : "ltr";
      options.title ||= this.#words()[0];
      this.#label.textContent = this.#heading.textContent = options.title;
      this.#close.setAttribute("aria-label", this.#words()[1]);
      this.#header.dir = this.#button.dir = options.dir;
      this.#box.dataset.theme = options.theme ?? "";
      if (CSS.supports("color", options.accent)) this.#set("--accent", options.accent);
      else this.#set("--accent", "#0f766e");
      if (!this.#port) return;
      this.#frame.title = options.title;
      options.accent = getComputedStyle(this.#button).backgroundColor; // a var() means nothing in there
      const packs = (this.getAttribute("pack") ?? "").split(/\s+/).filter(Boolean).map((pack) => new URL(pack, document.baseURI).href);
      this.#port.postMessage({ type: "options", ...options, packs });
      packs.forEach((url) => this.#hand(url));
    }

    /** The page fetches its own pack, with its own cookies and no CORS; one beside the frame is fetched there. @param {string} url */
    async #hand(url) {
      if (this.#known.has(url) || new URL(url).origin === new URL(this.#frame.src).origin) return;
      const port = this.#port;
      this.#known.add(url);
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw answer.status;
        const bytes = await answer.arrayBuffer();
        port.postMessage({ type: "pack", url, bytes, status: 0 }, [bytes]);
      } catch (problem) {
        port.postMessage({ type: "pack", url, status: +problem || -1 });
      }
    }
  }

  if (!customElements.get("arena-chat")) customElements.define("arena-chat", ArenaChat);
}
