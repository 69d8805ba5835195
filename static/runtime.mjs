/**
 * The module that PyScript's `interpreter` setting names for the engine's worker. It starts our own
 * copy of Pyodide: from the image of one that has started already (static/image.mjs), or where that
 * does not fit, from the beginning. It moves bytes and decides nothing.
 *
 * Address: `runtime.mjs?channel=ID`; the channel is that of static/progress.mjs.
 */
import { BLOCK, FROM, LIBRARIES, link, OPTIONS, SETTINGS, trampoline } from "./image.mjs";
import { unpacking } from "./packed.mjs";
import { ROOT, tellOn } from "./progress.mjs";
import "./reading.mjs";

const IMAGE = `${ROOT}runtime/image/`;
const PLACES = { indexURL: `${ROOT}runtime/pyodide/`, packageBaseUrl: `${ROOT}runtime/wheels/` };

const { fetch: fetchAndTell, lost, step } = tellOn(new URL(import.meta.url).searchParams.get("channel"));
const fetch = (globalThis.fetch = unpacking(fetchAndTell, lost));

/**
 * PyScript looks into a database of its own for packages, where it never stores any here, and stops
 * where the browser refuses storage to a frame of another site. It finds an empty one instead.
 */
const openDatabase = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (name, version) {
  return name.startsWith("IDBMap/") ? nothingStored() : openDatabase.call(this, ...[name, version].filter(Boolean));
};

/** @returns {object} a request for a database with nothing in it */
function nothingStored() {
  const asked = (result) => {
    const request = {};
    queueMicrotask(() => request.onsuccess({ target: { result } }));
    return request;
  };
  const store = { getAllKeys: () => asked([]), clear: () => asked(undefined) };
  return asked({ transaction: () => ({ objectStore: () => store }), close() {} });
}

/** Whoever waits for a promise learns that it failed; until then nobody needs to. */
const ahead = (promise) => (promise.catch(() => {}), promise);

// All is asked for at once. What must be there first is waited for below.
const about = ahead(fetch(`${IMAGE}image.json`).then((answer) => answer.json()));
const memory = ahead(step("inflate", fetch(`${IMAGE}memory.bin`).then(whole)));
const libraries = Object.fromEntries(
  Object.values(LIBRARIES).map((file) => [file, ahead(WebAssembly.compileStreaming(fetch(`${IMAGE}${file}`)))]),
);
const [{ loadPyodide: load, version }, { default: create }] = await Promise.all([
  import("../runtime/pyodide/pyodide.mjs"),
  import("../runtime/pyodide/pyodide.asm.mjs"),
]);

export { version };

/**
 * What PyScript calls.
 * @param {object} options what it asks for
 */
export async function loadPyodide(options) {
  const asked = { ...options, ...PLACES };
  try {
    const python = await step("restore", fromImage(asked));
    python.runPython("import random; random.seed()"); // the image's numbers are everybody's
    let whole;
    globalThis.wholePython = () => (whole ??= complete(python));
    return python;
  } catch (reason) {
    console.info(`Python starts from the beginning: ${reason.message}`);
    globalThis.wholePython = async () => {};
    return load({ ...asked, packages: ["arenalab"] });
  }
}

/** Start from the image. Rejects where it does not fit this browser, or has not come. */
async function fromImage(options) {
  const { blocks, start, heap, fits, handles } = await about;
  const snapshot = new Uint8Array(start + heap); // filled below, before Pyodide restores it
  const createPyodideModule = async (settings) => {
    let found;
    const created = new Promise((resolve, reject) => {
      const linked = (made) => link(made, (file) => libraries[file], (sizes) => (found = sizes)).catch(reject);
      create({ ...settings, ...SETTINGS, preRun: [...settings.preRun, linked] }).then(resolve, reject);
    });
    const module = await step("compile", created);
    if (JSON.stringify(found) !== JSON.stringify(fits)) throw new Error("its image is of another machine");
    const image = await memory;
    snapshot.set(image.subarray(blocks, blocks + start));
    fill(snapshot.subarray(start), image.subarray(0, blocks), image.subarray(blocks + start), module.HEAPU8);
    const own = trampoline(module);
    new Uint32Array(snapshot.buffer, start)[own] = module.HEAPU32[own];
    for (const [handle, name] of Object.entries(handles))
      module.LDSO.loadedLibsByHandle[handle] = module.LDSO.loadedLibsByName[name];
    // Makes room; what it writes down is overwritten.
    if (module.HEAPU8.length < heap) module._malloc(heap);
    return module;
  };
  // The library is left out (`complete` brings it), but something must be in its place.
  const stdLibURL = `${IMAGE}image.json`;
  return load({ ...options, ...OPTIONS, stdLibURL, _loadSnapshot: snapshot, createPyodideModule });
}

/** Put `memory` together from its blocks: see static/image.mjs. */
function fill(memory, from, written, ground) {
  for (let block = 0, place = 0, next = 0; block < from.length; block++, place += BLOCK) {
    if (from[block] === FROM.ground) memory.set(ground.subarray(place, place + BLOCK), place);
    if (from[block] === FROM.image) memory.set(written.subarray(next, (next += BLOCK)), place);
  }
}

/** @param {Response} answer @returns {Promise<Uint8Array>} */
async function whole(answer) {
  const { bytes } = await about;
  const memory = new Uint8Array(await answer.arrayBuffer());
  if (memory.length !== bytes) throw new Error(`its image has ${memory.length} bytes, not ${bytes}`);
  return memory;
}

/** Bring what the image leaves out: modules of Python and of packages that nothing has used yet. */
async function complete(python) {
  const library = await fetch(`${PLACES.indexURL}python_stdlib.zip`);
  if (!library.ok) throw new Error(`python_stdlib.zip is missing (status ${library.status})`);
  python.FS.writeFile("/lib/python314.zip", new Uint8Array(await library.arrayBuffer()));
  await python.loadPackage("arenalab");
}
