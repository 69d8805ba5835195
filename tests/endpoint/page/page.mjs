// Starts the engine in a worker, then the service worker, as the real page does.
globalThis.ready = new Promise((done, failed) => {
  globalThis.engine = new Worker("engine.mjs", { type: "module" });
  engine.onmessage = ({ data }) => (data === "" ? done() : failed(new Error(data)));
  engine.onerror = ({ message }) => failed(new Error(message));
}).then(async () => {
  const container = navigator.serviceWorker;
  const taken = new Promise((done) => container.addEventListener("controllerchange", done, { once: true }));
  await container.register("sw.js");
  if (!container.controller) await taken;
});
