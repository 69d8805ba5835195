// The page's own ways to the chat: a search button, a shortcut, and what is kept of each answer.
const chat = document.querySelector("arena-chat");

document.getElementById("ask").addEventListener("click", () => chat.open());
addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  chat.open();
});

document.getElementById("dark").addEventListener("click", ({ currentTarget: button }) => {
  const dark = document.documentElement.classList.toggle("dark");
  button.setAttribute("aria-pressed", String(dark));
  chat.setAttribute("theme", dark ? "dark" : "light");
});

let unknown = 0;
chat.addEventListener("arena-answer", ({ detail }) => {
  if (detail.kind === "unknown") unknown += 1;
  if (unknown) document.getElementById("asked").textContent = `The manual had no answer ${unknown} time(s) on this page.`;
});
