/**
 * Makes the image of a Python that has started, imported ArenaLab and answered once (step 5).
 *
 * node image.mjs PYODIDE SITE FILES WARM-UP IMAGE
 *
 * PYODIDE  folder of Pyodide's own files      SITE   folder of packages, as in site-packages
 * FILES    folder of the site's own files     WARM-UP  Python file that is run, see warm_up.py
 * IMAGE    folder that image.json and memory.bin go to
 *
 * The same input gives the same bytes: time, random numbers and the seed of hashes stand still.
 */
import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BLOCK, FROM, LIBRARIES, link, OPTIONS, SETTINGS, SITE } from "../../static/image.mjs";

const [pyodide, site, files, warmUp, image] = process.argv.slice(2).map((path) => resolve(path));
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
const { default: create } = await import(pathToFileURL(join(pyodide, "pyodide.asm.mjs")));

const NOW = 1577836800000; // 2020-01-01
Date.now = () => NOW;
performance.now = () => 0;
crypto.getRandomValues = (array) => array.fill(7);
globalThis.fetch = async (path) => new Response(readFileSync(join(files, path)));

const compiled = async (file) => {
  const path = Object.keys(LIBRARIES).find((library) => LIBRARIES[library] === file);
  return WebAssembly.compile(readFileSync(join(site, path)));
};

/** @type {any} */
let module;
/** @type {{ground: number, table: number}} */
let fits;
/** @type {Uint8Array} */
let ground;

/** Copy a folder of this machine into Python's file system. */
function copy(FS, from, to) {
  FS.mkdirTree(to);
  for (const name of readdirSync(from).sort()) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (statSync(source).isDirectory()) copy(FS, source, target);
    else FS.writeFile(target, readFileSync(source));
  }
}

/** Zero what is free in the heap: what lay there would only make the image larger. */
function wipe() {
  const end = () => module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2];
  const held = [];
  for (let size = 1 << 20; size >= 32; size /= 2) {
    for (let grown = false; !grown; ) {
      const before = end();
      const place = module._malloc(size);
      module.HEAPU8.fill(0, place, place + size);
      held.push(place);
      grown = end() !== before;
    }
  }
  held.forEach((place) => module._free(place));
}

const python = await loadPyodide({
  ...OPTIONS,
  _makeSnapshot: true,
  createPyodideModule: (settings) =>
    create({
      ...settings,
      ...SETTINGS,
      preRun: [...settings.preRun, (made) => link((module = made), compiled, (sizes) => (fits = sizes))],
      onRuntimeInitialized: () => (ground = module.HEAPU8.slice(0, fits.ground)),
    }),
});
copy(python.FS, site, SITE.slice(0, -1));
const warm = python.toPy({});
python.runPython(readFileSync(warmUp, "utf8"), { globals: warm });
await python.runPythonAsync("await warm_up()", { globals: warm });
python.runPython("forget()", { globals: warm });
warm.destroy();
wipe();

const whole = Buffer.from(python.makeMemorySnapshot().buffer);
const start = whole.readUInt32LE(4); // where Pyodide's own header ends, and memory begins
const from = [];
const written = [];
for (let at = 0; start + at < whole.length; at += BLOCK) {
  const block = whole.subarray(start + at, start + at + BLOCK);
  const there = at + BLOCK <= fits.ground && block.equals(ground.subarray(at, at + BLOCK));
  from.push(there ? FROM.ground : block.some(Boolean) ? FROM.image : FROM.zeros);
  if (from.at(-1) === FROM.image) written.push(block);
}
const memory = Buffer.concat([Uint8Array.from(from), whole.subarray(0, start), ...written]);
writeFileSync(join(image, "memory.bin"), memory);

const handles = Object.entries(module.LDSO.loadedLibsByHandle).filter(([handle]) => handle !== "0");
const about = {
  bytes: memory.length,
  blocks: from.length,
  start,
  heap: whole.length - start,
  fits,
  handles: Object.fromEntries(handles.map(([handle, library]) => [handle, library.name])),
};
writeFileSync(join(image, "image.json"), `${JSON.stringify(about, null, 1)}\n`);
for (const [path, file] of Object.entries(LIBRARIES)) copyFileSync(join(site, path), join(image, file));
process.exit(0); // Python's own timers would keep Node alive
