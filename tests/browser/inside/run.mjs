// Starts the release's own Pyodide, installs what `packages.json` names (of the release, or a
// wheel), runs `task.py`, and posts what its `main(base)` returns, or the error it ended with.
import { loadPyodide } from "../runtime/pyodide/pyodide.mjs";
import { unpacking } from "../static/packed.mjs";
import "../static/reading.mjs";

globalThis.fetch = unpacking(globalThis.fetch.bind(globalThis));

const here = new URL("./", location.href).href;
const site = new URL("../", location.href).href;

async function run() {
  const pyodide = await loadPyodide({
    indexURL: `${site}runtime/pyodide/`,
    packageBaseUrl: `${site}runtime/wheels/`,
  });
  const packages = await (await fetch(`${here}packages.json`)).json();
  const paths = packages.map((name) => (name.startsWith("./") ? new URL(name, here).href : name));
  await pyodide.loadPackage(["arenalab", ...paths]);
  await pyodide.runPythonAsync(await (await fetch(`${here}task.py`)).text());
  return pyodide.globals.get("main")(site);
}

run().then(
  (text) => postMessage({ state: "done", text }),
  (error) => postMessage({ state: "failed", text: String(error) }),
);
