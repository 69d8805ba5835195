// Starts `run.mjs` in a worker, where the engine lives too, and shows what it ends with.
const result = document.getElementById("result");
const worker = new Worker("run.mjs", { type: "module" });
worker.onmessage = ({ data }) => {
  result.textContent = data.text;
  result.dataset.state = data.state;
};
worker.onerror = ({ message }) => {
  result.textContent = message;
  result.dataset.state = "failed";
};
