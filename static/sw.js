/**
 * Offline use, one whole release at a time.
 *
 * A release is the list of files in `release.json`, each with its SHA-256; its id is the digest of
 * that list and is written below by the build. Installing fetches every file, checks it, and fails
 * loudly if one differs. Once active, every request for a file of the release is answered from that
 * release's cache and from nowhere else, so runtime, code and packs never mix. A newer worker waits
 * until a page sends {type: "activate"}.
 *
 * Requests of the endpoint (`v1/*`, `metrics`, `healthz`) are handed to a tab that owns an engine;
 * py/arenalab/browser/serving.py tells how the two speak.
 *
 * It keeps no state: the cache holds all there is, and the browser may stop it at any time.
 */
const RELEASE = "unreleased";
const PREFIX = "arenalab-release-";
const CACHE = PREFIX + RELEASE;
const ROOT = new URL("./", self.location.href).href;
const ENDPOINT = /^(v1(\/|$)|metrics$|healthz$)/;
const PATIENCE = 10_000; // milliseconds that a request waits for an engine that is starting

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "activate") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (path === undefined) return;
  if (ENDPOINT.test(path)) event.respondWith(handOver(event, path));
  else if (request.method === "GET") event.respondWith(answer(request, path || "index.html"));
});

/** Fetch and check the whole release. Tells open pages how far it is, in bytes. */
async function install() {
  const cache = await caches.open(CACHE);
  const files = await manifest(cache);
  const total = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  let loaded = 0;
  for (const [path, { sha256, bytes }] of Object.entries(files)) {
    await cache.put(ROOT + path, (await kept(path, sha256)) ?? (await fetched(path, sha256)));
    await tell({ type: "precache", loaded: (loaded += bytes), total });
  }
  await tell({ type: "precached", release: RELEASE });
}

/** The files of this very release: the list must have the digest that names the release. Kept as well. */
async function manifest(cache) {
  const response = await fetch(`${ROOT}release.json`, { cache: "no-cache" });
  if (!response.ok) throw new Error(`release.json: the server answered ${response.status}`);
  const { files } = await response.clone().json();
  const list = Object.keys(files).sort().map((path) => `${files[path].sha256}  ${path}\n`).join("");
  const id = await digest(new TextEncoder().encode(list));
  if (id !== RELEASE) throw new Error(`release.json is of release ${id}, this worker of ${RELEASE}`);
  await cache.put(`${ROOT}release.json`, response);
  return files;
}

/** The same file from the release before, or from an install that was cut short: no need to fetch it again. */
async function kept(path, sha256) {
  const response = await caches.match(ROOT + path);
  return response && (await digest(await response.clone().arrayBuffer())) === sha256 ? response : undefined;
}

/** The file from the server, checked. `no-cache` asks whether the browser's own copy is still right. */
async function fetched(path, sha256) {
  const response = await fetch(ROOT + path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}`);
  const bytes = await response.arrayBuffer();
  const found = await digest(bytes);
  if (found !== sha256) throw new Error(`${path} is damaged: its SHA-256 is ${found}, not ${sha256}`);
  const headers = { "Content-Type": response.headers.get("Content-Type") ?? "application/octet-stream" };
  return new Response(bytes, { headers });
}

/** From now on only this release: forget the others, serve the pages that are open. */
async function activate() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {string} url @returns {string | undefined} where it points inside the site, if it does */
function pathOf(url) {
  const bare = url.split(/[?#]/)[0];
  return bare.startsWith(ROOT) ? bare.slice(ROOT.length) : undefined;
}

/** From this release's cache; what is no file of the release comes from the server. */
async function answer(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(ROOT + path)) ?? fetch(request);
}

/** The answer of an engine to a request of the endpoint. A lock of this request's own name is held until it ended. */
async function handOver(event, path) {
  const { request } = event;
  const [body, engine] = await Promise.all([request.blob(), findEngine()]);
  if (!engine) return refusal("no_engine", `No ArenaLab is open in this browser. Open ${ROOT} in a tab and ask again.`);
  const id = `arenalab-request ${crypto.randomUUID()}`;
  const told = { id, method: request.method, path: decodeURI(`/${path}`), headers: [...request.headers], body };
  return new Promise((answered) => {
    event.waitUntil(navigator.locks.request(id, () => ask(engine, told, request.signal, answered)));
  });
}

/** Post a request to an engine and pass on what comes. Ends with the answer, the caller or the engine. */
function ask(engine, told, left, answered) {
  const replies = new BroadcastChannel(told.id);
  const over = new AbortController();
  let stream;
  return new Promise((done) => {
    const end = () => {
      replies.close();
      over.abort();
      done();
    };
    const died = () => {
      const message = "The engine that was answering broke off. Ask again.";
      if (stream) stream.error(new TypeError(message));
      else answered(refusal("engine_gone", message));
      end();
    };
    replies.onmessage = ({ data: { status, headers, piece, more, broken } }) => {
      if (broken) return died();
      if (status) {
        const body = new ReadableStream({ start: (opened) => (stream = opened), cancel: end });
        answered(new Response(body, { status, headers }));
      } else {
        if (piece.length) stream.enqueue(piece);
        if (more) return;
        stream.close();
        end();
      }
    };
    left.addEventListener("abort", end);
    navigator.locks.request(engine, { signal: over.signal }, died).catch(() => {}); // it lived longer than this
    const door = new BroadcastChannel(engine);
    door.postMessage(told);
    door.close();
  });
}

/** The name of an engine's lock and channel; undefined when there is none, and no tab that is starting one. */
async function findEngine() {
  for (let waited = 0; ; waited += 250) {
    const { held } = await navigator.locks.query();
    const found = held.find(({ name }) => name.startsWith(`arenalab-engine ${ROOT} `));
    if (found) return found.name;
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const starting = pages.some(({ url }) => ["", "index.html"].includes(pathOf(url)));
    if (!starting || waited >= PATIENCE) return undefined;
    await new Promise((later) => setTimeout(later, 250));
  }
}

/** An error of OpenAI's shape, for a request that no engine answered. */
function refusal(code, message) {
  const error = { message, type: "server_error", param: null, code };
  return Response.json({ error }, { status: 503 });
}

/** @param {BufferSource} bytes @returns {Promise<string>} SHA-256 in hex */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send a message to every page of this site, controlled or not. */
async function tell(message) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage(message);
}
