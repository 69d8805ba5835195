// Until Python is up: keeps the chosen theme from flashing, takes questions and pressed buttons.
// Python finds them in `early.questions` and `early.pressed`, which says after how many questions a
// button was pressed, then sets `early.over`. Decides nothing.
const early = (globalThis.early = {
  questions: [],
  pressed: [],
  over: false,
  trouble: null,

  /** An id nobody else has; crypto.randomUUID exists only over HTTPS and on this machine. */
  id: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-"),

  /** Remember "light" or "dark"; "" follows the system. */
  keepTheme(theme) {
    try {
      localStorage.setItem("arenalab-theme", theme);
    } catch {
      // The choice then lasts until the page is closed.
    }
  },
});

try {
  const theme = localStorage.getItem("arenalab-theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused: the system's theme it is.
}

function take(question) {
  if (!question.trim()) return;
  early.questions.push(question);
  const turn = document.createElement("li");
  turn.className = "turn";
  const text = turn.appendChild(document.createElement("p"));
  text.className = "question";
  text.dir = "auto";
  text.textContent = question;
  document.getElementById("turns").append(turn);
  document.getElementById("empty").hidden = true;
}

function takeBox() {
  const box = document.getElementById("question");
  take(box.value);
  box.value = "";
}

addEventListener("submit", (event) => {
  event.preventDefault();
  if (!early.over) takeBox();
});

addEventListener("keydown", (event) => {
  if (early.over || event.target.id !== "question" || event.isComposing) return;
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  takeBox();
});

addEventListener("click", (event) => {
  const button = !early.over && event.target.closest("[data-do]");
  if (!button) return;
  button.dataset.do === "ask" ? take(button.textContent) : early.pressed.push({ button, after: early.questions.length });
});

// A file dropped too early must not replace the page.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());

function fail(reason) {
  if (early.over || early.trouble) return;
  early.trouble = String(reason);
  const status = document.getElementById("status");
  if (status) status.textContent = `The page could not start (${early.trouble}). Reload to try again.`;
}

addEventListener("error", (event) => fail(event.message || event.target.src || "a file is missing"), true);
addEventListener("unhandledrejection", (event) => fail(event.reason));
