// One channel per tab: the runtime in the worker tells its stages on it. PyScript resolves a relative
// interpreter only when its address ends in .mjs, so the address is made absolute here.
const id = early.id();
const worker = document.querySelector('script[type="py"][worker]');
const config = JSON.parse(worker.getAttribute("config"));
config.interpreter = new URL(`./runtime.mjs?channel=${id}`, import.meta.url).href;
worker.setAttribute("config", JSON.stringify(config));
document.documentElement.dataset.channel = id;
const { hooks } = await import("../runtime/pyscript/core.js");
// The one default worker hook is compiled with `Function(…)`, which the page's CSP refuses; it serves pyscript.fs alone.
hooks.worker.onBeforeRunAsync.clear();
