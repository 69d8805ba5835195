/**
 * A Python that has started already, kept as an image of its memory: what both sides of it share.
 *
 * py/assembly/image.mjs makes the image when ArenaLab is built, static/runtime.mjs starts from it.
 * Pyodide can write and restore the memory of a Python without compiled libraries; NumPy's are
 * linked here, before Python runs, in the same order at both sides. So they lie at the same places
 * in memory and in the table of functions, and the pointers to them in the image hold.
 *
 * The ground is what lies in memory before Python runs: the constants and variables of all that is
 * linked. The image leaves out the blocks of it that Python has not changed, which are there anyway,
 * and every block of zeros. It is: for each block a byte of `FROM`, then the
 * blocks that are written out, the last one perhaps shorter.
 */

/** Where Python finds packages; part of every library's name. */
export const SITE = "/lib/python3.14/site-packages/";

/** The compiled libraries in the image: path inside `SITE` → file beside the image. */
export const LIBRARIES = Object.fromEntries(
  ["numpy/_core/_multiarray_umath", "numpy/linalg/_umath_linalg", "msgpack/_cmsgpack"].map((path) => [
    `${path}.cpython-314-wasm32-emscripten.so`,
    `${path.split("/").pop()}.wasm`,
  ]),
);

/** What Pyodide is told at both sides, because it reaches memory. -OO leaves docstrings out, -X columns. */
export const OPTIONS = {
  args: ["-OO", "-X", "no_debug_ranges"],
  env: { HOME: "/home/pyodide", LANG: "C.UTF-8", PYTHONHASHSEED: "0" },
};

/** Emscripten's settings, likewise. */
export const SETTINGS = { thisProgram: "./this.program" };

/** Bytes of a block. */
export const BLOCK = 512;

/** Where a block comes from. */
export const FROM = { zeros: 0, image: 1, ground: 2 };

/**
 * Link the libraries into a module that has not run yet, and then let it run.
 * @param {object} module Emscripten's module, given to a `preRun` function
 * @param {(file: string) => Promise<WebAssembly.Module>} compiled the library in a file
 * @param {(fits: {ground: number, table: number}) => void} linked told the sizes of the ground (bytes)
 *   and of the table before the module runs: an image fits where they are the same
 */
export async function link(module, compiled, linked) {
  module.addRunDependency("libraries");
  // CPython's trampoline takes a place in the table, where WebAssembly knows enough of types for it.
  if (!module.HEAPU32[trampoline(module)]) module.getEmptyTableSlot();
  const flags = { loadAsync: true, nodelete: true, allowUndefined: true };
  for (const [path, file] of Object.entries(LIBRARIES)) {
    const library = module.newDSO(SITE + path, undefined, "loading");
    library.global = false;
    library.exports = await module.loadWebAssemblyModule(await compiled(file), flags, SITE + path, {});
  }
  linked({ ground: module.HEAPU32[module._emscripten_get_sbrk_ptr() >>> 2], table: module.getEmptyTableSlot() });
  module.removeRunDependency("libraries");
}

/** @returns {number} the word of memory with CPython's trampoline, a function, or 0 where it has none */
export const trampoline = (module) =>
  (module.__PyRuntime + module.HEAPU32[module.__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2]) >>> 2;
