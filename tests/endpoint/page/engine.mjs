// The release's own Python with the tiny world, which it serves by `arenalab.browser`. Posts "" or what failed.
import { loadPyodide } from "./runtime/pyodide/pyodide.mjs";

const site = new URL("./", location.href).href;
globalThis.wholePython = async () => {}; // it is whole from the start, as where static/runtime.mjs has no image

async function start() {
  const pyodide = await loadPyodide({ indexURL: `${site}runtime/pyodide/`, packageBaseUrl: `${site}runtime/wheels/` });
  await pyodide.loadPackage("arenalab");
  await pyodide.runPythonAsync(`
from js import fetch
from arenalab.browser import REQUESTS, Engine
from arenalab.encode import load_encoder

engine = Engine()
engine.base = "${site}"

async def file(name):
    return (await (await fetch(name)).arrayBuffer()).to_bytes()

engine.encoder = load_encoder(await file("${site}tiny.encoder"))
engine.open("tiny", await file("${site}tiny.diamonds"))
await REQUESTS["serve"](engine, "{}")
`);
}

// Any message keeps it busy for so many milliseconds, deaf to all others.
onmessage = ({ data }) => {
  for (const end = Date.now() + data; Date.now() < end; );
};

start().then(() => postMessage(""), (error) => postMessage(String(error)));
