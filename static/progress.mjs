/**
 * Fetches, and tells the page how many bytes have come, stage by stage.
 *
 * Messages on BroadcastChannel `arenalab-boot-ID`: `{stage, loaded, total}` in bytes, over all files
 * of that stage asked for so far, and `{stage: "missing", path}` for a file that does not come:
 * Pyodide itself may wait for it forever. A page that starts to listen later posts
 * `{stage: "hello"}`, and is told how far things are. Steps of work (compile, inflate, restore) tell
 * their beginning and end alike, as 0 and 1 of 1.
 */

/** The release's folders, each a stage of loading. */
const STAGES = {
  "runtime/pyodide/": "runtime",
  "runtime/image/": "runtime",
  "runtime/zstd/": "runtime",
  "runtime/wheels/": "packages",
  "models/": "encoder",
  "packs/": "pack",
};

/** The site's address. */
export const ROOT = new URL("../", import.meta.url).href;

/**
 * @param {string} id of the channel
 * @returns {{fetch: typeof fetch, lost: (url: string) => void, step: <T>(name: string, work: Promise<T>) => Promise<T>}}
 *   fetch tells the bytes of the release's large files as they come, lost that one came in vain, step
 *   how long some work takes
 */
export function tellOn(id) {
  const channel = new BroadcastChannel(`arenalab-boot-${id}`);
  const fetchPlainly = globalThis.fetch.bind(globalThis);

  /**
   * The sizes of the release's files, unpacked; a Content-Length may be of packed bytes. Without
   * the list the engine starts all the same, only its progress has no end to show.
   * @type {Promise<Record<string, {bytes: number}>>}
   */
  const files = fetchPlainly(`${ROOT}release.json`)
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
    if (path.startsWith("runtime/image/")) return; // without it, Python starts from the beginning
    absent.add(path);
    channel.postMessage({ stage: "missing", path });
  }

  channel.addEventListener("message", ({ data }) => {
    if (data.stage !== "hello") return;
    for (const stage in progress) count(stage, 0, 0);
    absent.forEach(missing);
  });

  /** @template T @param {string} name @param {Promise<T>} work @returns {Promise<T>} the same */
  function step(name, work) {
    channel.postMessage({ stage: name, loaded: 0, total: 1 });
    const end = () => channel.postMessage({ stage: name, loaded: 1, total: 1 });
    work.then(end, end);
    return work;
  }

  /** @type {typeof fetch} */
  async function fetchAndTell(request, options) {
    const [stage, path] = place(new URL(request.url ?? request, ROOT).href) ?? [];
    if (!stage) return fetchPlainly(request, options);
    const asked = fetchPlainly(request, options);
    asked.catch(() => missing(path));
    const [answer, sizes] = await Promise.all([asked, files]);
    if (!answer.ok || !answer.body) {
      missing(path);
      return answer;
    }
    const size = sizes[path]?.bytes ?? 0;
    count(stage, 0, size);
    const told = new TransformStream({
      transform(chunk, controller) {
        count(stage, chunk.byteLength, 0);
        controller.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(told), { status: answer.status, headers: answer.headers });
  }

  const lost = (url) => missing(place(url)[1]);
  return { fetch: fetchAndTell, lost, step };
}

/** @param {string} url @returns {[string, string] | undefined} the stage it belongs to, and its path */
function place(url) {
  if (!url.startsWith(ROOT)) return undefined;
  const path = url.slice(ROOT.length).split("?")[0];
  const folder = Object.keys(STAGES).find((name) => path.startsWith(name));
  return folder && [STAGES[folder], path];
}
