/**
 * The module that PyScript's `interpreter` setting names for the engine's worker. It starts our own
 * copy of Pyodide and tells the page how many bytes have come, stage by stage. It moves bytes and
 * decides nothing.
 *
 * Address: `runtime.mjs?channel=ID`. Messages on BroadcastChannel `arenalab-boot-ID`:
 * `{stage, loaded, total}` in bytes, over all files of that stage asked for so far, and
 * `{stage: "missing", path}` for a file that does not come: Pyodide itself may wait for it forever.
 * A page that starts to listen later posts `{stage: "hello"}`, and is told how far things are.
 */
import { loadPyodide as load, version } from "../runtime/pyodide/pyodide.mjs";

export { version };

/** The release's folders, each a stage of loading. */
const STAGES = { "runtime/pyodide/": "runtime", "runtime/wheels/": "packages", "models/": "encoder", "packs/": "pack" };

const root = new URL("../", import.meta.url).href;
const channel = new BroadcastChannel(`arenalab-boot-${new URL(import.meta.url).searchParams.get("channel")}`);
const fetchPlainly = globalThis.fetch.bind(globalThis);

/**
 * The sizes of the release's files, unpacked; a Content-Length may be of packed bytes. Without the
 * list the engine starts all the same, only its progress has no end to show.
 * @type {Promise<Record<string, {bytes: number}>>}
 */
const files = fetchPlainly(`${root}release.json`)
  .then((answer) => answer.json())
  .then((release) => release.files)
  .catch(() => ({}));

/** @type {Record<string, {loaded: number, total: number}>} */
const progress = {};

/** @param {string} stage @param {number} loaded @param {number} total */
function count(stage, loaded, total) {
  const sum = (progress[stage] ??= { loaded: 0, total: 0 });
  sum.loaded += loaded;
  sum.total += total;
  channel.postMessage({ stage, ...sum });
}

/** @type {Set<string>} */
const absent = new Set();

/** @param {string} path */
function missing(path) {
  absent.add(path);
  channel.postMessage({ stage: "missing", path });
}

channel.addEventListener("message", ({ data }) => {
  if (data.stage !== "hello") return;
  for (const stage in progress) count(stage, 0, 0);
  absent.forEach(missing);
});

/** @param {string} url @returns {[string, string] | undefined} the stage it belongs to, and its path */
function place(url) {
  if (!url.startsWith(root)) return undefined;
  const path = url.slice(root.length).split("?")[0];
  const folder = Object.keys(STAGES).find((name) => path.startsWith(name));
  return folder && [STAGES[folder], path];
}

/** @type {typeof fetch} fetch that counts the bytes of the release's large files as they come. */
async function fetchAndCount(request, options) {
  const [stage, path] = place(new URL(request.url ?? request, root).href) ?? [];
  if (!stage) return fetchPlainly(request, options);
  const asked = fetchPlainly(request, options);
  asked.catch(() => missing(path));
  const [answer, sizes] = await Promise.all([asked, files]);
  if (!answer.ok || !answer.body) {
    missing(path);
    return answer;
  }
  count(stage, 0, sizes[path]?.bytes ?? 0);
  const counted = answer.body.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        count(stage, chunk.byteLength, 0);
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted, { status: answer.status, headers: answer.headers });
}

/**
 * Pyodide's own `loadPyodide`, with the places of our copy.
 * @param {object} options what PyScript asks for
 */
export async function loadPyodide(options) {
  globalThis.fetch = fetchAndCount;
  return load({ ...options, indexURL: `${root}runtime/pyodide/`, packageBaseUrl: `${root}runtime/wheels/` });
}
