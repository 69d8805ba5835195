// Starts the release's own Pyodide, installs the wheels named in `wheels.json`, and runs `task.py`.
// What the task's `main(base)` returns is shown in #result, or the error that it ended with.
import { loadPyodide } from "../runtime/pyodide/pyodide.mjs";

const site = new URL("../", location.href).href;
const here = new URL("./", location.href).href;

async function run() {
  const pyodide = await loadPyodide({
    indexURL: `${site}runtime/pyodide/`,
    packageBaseUrl: `${site}runtime/wheels/`,
  });
  const wheels = await (await fetch(`${here}wheels.json`)).json();
  await pyodide.loadPackage(["arenalab", ...wheels]);
  await pyodide.runPythonAsync(await (await fetch(`${here}task.py`)).text());
  return pyodide.globals.get("main")(site);
}

const result = document.getElementById("result");
run().then(
  (text) => { result.textContent = text; result.dataset.state = "done"; },
  (error) => { result.textContent = String(error); result.dataset.state = "failed"; },
);
