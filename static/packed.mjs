/**
 * Unpacks what py/assembly/squeeze.py has packed with Zstandard: the engine's largest files. What
 * asks for them, Pyodide among it, asks for the plain file and need not know.
 */

/** The same in py/assembly/squeeze.py. */
const PACKED = /\/runtime\/(pyodide|image)\/[\w.]+\.(wasm|bin)$/;

const TYPES = { wasm: "application/wasm", bin: "application/octet-stream" };

/**
 * @param {typeof fetch} fetch brings files as they are
 * @param {(url: string) => void} lost told of a file that broke off, or cannot be unpacked
 * @returns {typeof fetch} brings those of PACKED unpacked
 */
export function unpacking(fetch, lost) {
  const decoder = WebAssembly.compileStreaming(fetch(new URL("../runtime/zstd/zstd.wasm", import.meta.url)));
  decoder.catch(() => {}); // whoever needs it is told
  return async (request, options) => {
    const url = request.url ?? String(request);
    const [, , ending] = PACKED.exec(url) ?? [];
    if (!ending) return fetch(request, options);
    const answer = await fetch(`${url}.zst`, options);
    if (!answer.ok) return answer;
    try {
      const [packed, module] = await Promise.all([answer.arrayBuffer(), decoder]);
      return new Response(unpack(packed, module), { headers: { "Content-Type": TYPES[ending] } });
    } catch (reason) {
      lost(url);
      throw reason;
    }
  };
}

/**
 * @param {ArrayBuffer} packed
 * @param {WebAssembly.Module} decoder started anew for each file, since its memory never shrinks
 * @returns {Uint8Array}
 */
function unpack(packed, decoder) {
  const { exports: zstd } = new WebAssembly.Instance(decoder, { env: { emscripten_notify_memory_growth() {} } });
  const length = packed.byteLength;
  const from = zstd.malloc(length);
  new Uint8Array(zstd.memory.buffer).set(new Uint8Array(packed), from);
  const size = Number(zstd.ZSTD_findDecompressedSize(from, length)); // negative where it is damaged
  const to = size > 0 && zstd.malloc(size);
  if (!to || zstd.ZSTD_decompress(to, size, from, length) !== size) throw new Error("a packed file is damaged");
  return new Uint8Array(zstd.memory.buffer, to, size).slice();
}
