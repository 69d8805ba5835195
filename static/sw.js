/**
 * Offline use, one whole release at a time.
 *
 * A release is the list of files in `release.json`, each with its SHA-256; its id is the digest of
 * that list and is written below by the build. Installing fetches every file, checks it, and fails
 * loudly if one differs. Once active, every request for a file of the release is answered from that
 * release's cache and from nowhere else, so runtime, code and packs never mix. A newer worker waits
 * until a page sends {type: "activate"}.
 *
 * It keeps no state: the cache holds all there is, and the browser may stop it at any time.
 */
const RELEASE = "unreleased";
const PREFIX = "arenalab-release-";
const CACHE = PREFIX + RELEASE;
const ROOT = new URL("./", self.location.href).href;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "activate") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event.request, path));
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

/** Where a request points inside the site, or undefined when it is none of ours. */
function pathOf({ method, url }) {
  const bare = url.split(/[?#]/)[0];
  if (method !== "GET" || !bare.startsWith(ROOT)) return undefined;
  return bare.slice(ROOT.length) || "index.html";
  // `v1/*` will be handed to a page that owns an engine: one more branch in the fetch listener.
}

/** From this release's cache; what is no file of the release comes from the server. */
async function answer(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(ROOT + path)) ?? fetch(request);
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
