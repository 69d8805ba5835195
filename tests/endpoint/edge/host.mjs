// Runs a built Worker (its folder, a folder for its assets) in Node: the pinned Pyodide, the vendored packages, and
// stand-ins for what workerd gives. Prints the port where it answers, and the milliseconds until it could. Ends with
// its standard input: a signal may reach no further than the script that started it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

process.stdin.on("end", () => process.exit()).resume();
const [runtime, worker, assets, variables] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));

const began = performance.now();
const pyodide = await loadPyodide({ indexURL: `${runtime}/`, packages: [] });
pyodide.FS.mkdirTree("/session/metadata");
pyodide.mountNodeFS("/session/metadata", worker);
pyodide.registerJsModule("_cloudflare_compat_flags", {});
pyodide.registerJsModule("_pyodide_entrypoint_helper", { patchWaitUntil: () => undefined });

class Fetcher {
  async fetch(...asked) {
    const { pathname } = new URL(new Request(...asked).url);
    const file = await readFile(assets + pathname).catch(() => null);
    return new Response(file, { status: file ? 200 : 404 });
  }
}
const env = { ...JSON.parse(variables), ASSETS: new Fetcher() };
const started = pyodide.runPython(`
import sys
sys.path[:0] = ["/session/metadata/src", "/session/metadata/python_modules"]
from workers import Request, python_from_rpc
from entry import Default

async def answer(request, env, context):
    return await Default(context, env).fetch(Request(request))

answer
`);
const ready = performance.now();

const server = createServer(async (incoming, outgoing) => {
  const leaving = new AbortController();
  outgoing.on("close", () => leaving.abort());
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const body = ["GET", "HEAD"].includes(incoming.method) ? undefined : incoming;
  const sent = { method: incoming.method, headers, body, duplex: "half", signal: leaving.signal };
  try {
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, sent);
    const reply = await started(request, env, { waitUntil: () => undefined });
    outgoing.writeHead(reply.status, [...reply.headers].flat());
    for await (const part of reply.body ?? []) if (!outgoing.write(part)) await new Promise((on) => outgoing.once("drain", on));
    outgoing.end();
  } catch (error) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    outgoing.destroy();
  }
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port} ${Math.round(ready - began)}\n`));
