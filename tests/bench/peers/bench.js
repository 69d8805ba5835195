// One library, one size: the driver calls the functions of `bench` one by one.
import "/src/memories.js";

const DIMENSIONS = 384, WANTED = 10, CAP = 235e3;
const now = () => performance.now();
const encoder = new TextEncoder(), decoder = new TextDecoder();
const toJson = (value) => encoder.encode(JSON.stringify(value));
const fromJson = (bytes) => JSON.parse(decoder.decode(bytes));

/** Read a file into one allocation, so that 1.5 GB is never held twice. */
async function bytesOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} ${response.status}`);
  const bytes = new Uint8Array(+response.headers.get("content-length"));
  let at = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes.set(value, at);
    at += value.length;
  }
}

/** Bytes kept in IndexedDB, for the two libraries that save only there. */
async function keptBytes() {
  const settled = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  let total = 0;
  for (const { name, version } of await indexedDB.databases()) {
    const base = await settled(indexedDB.open(name, version));
    for (const store of base.objectStoreNames)
      for (const value of await settled(base.transaction(store).objectStore(store).getAll()))
        total += (value.contents || value).byteLength || 0;
    base.close();
  }
  return total;
}

function capped(start, done, all) {
  if (now() - start > CAP)
    throw new Error(`stopped after ${Math.round((now() - start) / 1e3)} s: ${done} of ${all} items`);
}

function brute(rows, count) {
  const ids = new Int32Array(WANTED), scores = new Float32Array(WANTED);
  return (query) => {
    scores.fill(-2);
    let low = -2;
    for (let i = 0, o = 0; i < count; i++, o += DIMENSIONS) {
      let a = 0, b = 0, c = 0, d = 0;
      for (let j = 0; j < DIMENSIONS; j += 4) {
        a += rows[o + j] * query[j];
        b += rows[o + j + 1] * query[j + 1];
        c += rows[o + j + 2] * query[j + 2];
        d += rows[o + j + 3] * query[j + 3];
      }
      const score = a + b + c + d;
      if (score > low) {
        let p = WANTED - 1;
        while (p > 0 && scores[p - 1] < score) {
          scores[p] = scores[p - 1];
          ids[p] = ids[p - 1];
          p--;
        }
        scores[p] = score;
        ids[p] = i;
        low = scores[WANTED - 1];
      }
    }
    return Array.from(ids);
  };
}

const libraries = {};

libraries.minisearch = {
  words: true,
  async init() { this.Mini = (await import("/dist/minisearch.js")).default; this.options = { fields: ["t"] }; },
  async build(texts) { const index = new this.Mini(this.options); index.addAll(texts.map((t, id) => ({ id, t }))); return index; },
  async save(index) { return toJson(index); },
  async load(bytes) { return this.Mini.loadJSON(decoder.decode(bytes), this.options); },
  query(index, text) { return index.search(text).slice(0, WANTED).map((hit) => hit.id); },
};
libraries.orama = {
  words: true,
  async init() { this.orama = await import("/dist/orama.js"); },
  async build(texts) {
    const base = this.orama.create({ schema: { t: "string" } });
    await this.orama.insertMultiple(base, texts.map((t, i) => ({ id: String(i), t })));
    return base;
  },
  async save(base) { return toJson(await this.orama.save(base)); },
  async load(bytes) {
    const base = this.orama.create({ schema: { t: "string" } });
    await this.orama.load(base, fromJson(bytes));
    return base;
  },
  async query(base, term) {
    return (await this.orama.search(base, { term, limit: WANTED })).hits.map((hit) => +hit.id);
  },
};
libraries.flexsearch = {
  words: true,
  async init() { this.Index = (await import("/dist/flexsearch.js")).Index; },
  async build(texts) { const index = new this.Index(); texts.forEach((t, i) => index.add(i, t)); return index; },
  async save(index) {
    const parts = [];
    await index.export((key, data) => { if (data !== undefined) parts.push([key, data]); });
    return toJson(parts);
  },
  async load(bytes) {
    const index = new this.Index();
    for (const [key, data] of fromJson(bytes)) index.import(key, data);
    return index;
  },
  // Without `suggest` only texts that hold every word are returned.
  query(index, text) { return index.search(text, { limit: WANTED, suggest: true }); },
};
libraries.brute = {
  raw: true,
  async init() {},
  async build(rows, n) { return brute(rows, n); },
  async load(bytes, n) { return brute(new Float32Array(bytes.buffer), n); },
  query(index, vector) { return index(vector); },
};
libraries.voy = {
  async init() {
    const glue = await import("/dist/voy.js");
    const { instance } = await WebAssembly.instantiateStreaming(
      fetch("/dist/voy_search_bg.wasm"), { "./voy_search_bg.js": glue });
    glue.__wbg_set_wasm(instance.exports);
    this.Voy = glue.Voy;
  },
  async build(rows, n) {
    const embeddings = [];
    for (let i = 0; i < n; i++)
      embeddings.push({ id: String(i), title: "", url: "",
        embeddings: Array.from(rows.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS)) });
    return new this.Voy({ embeddings });
  },
  async save(index) { return encoder.encode(index.serialize()); },
  async load(bytes) { return this.Voy.deserialize(decoder.decode(bytes)); },
  query(index, vector) { return index.search(vector, WANTED).neighbors.map((hit) => +hit.id); },
};
libraries.hnswlib = {
  own: true,
  async init() {
    const module = await import("/dist/hnswlib.js");
    await module.__tla;
    this.module = module;
    this.library = await module.loadHnswlib("IDBFS");
    this.library.EmscriptenFileSystemManager.setDebugLogs(false);
  },
  async build(rows, n) {
    const index = new this.library.HierarchicalNSW("cosine", DIMENSIONS, "");
    index.initIndex(n, ...this.module.defaultParams.initIndex);
    const start = now();
    for (let s = 0; s < n; s += 500) {
      const part = [];
      for (let i = s; i < Math.min(n, s + 500); i++)
        part.push(rows.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS));
      index.addItems(part, true);
      capped(start, s + part.length, n);
    }
    index.setEfSearch(128);
    return index;
  },
  async save(index) {
    await index.writeIndex("bench.dat");
    await this.module.syncFileSystem("write");
    return keptBytes();
  },
  async load(_, n) {
    await this.module.syncFileSystem("read");
    const index = new this.library.HierarchicalNSW("cosine", DIMENSIONS, "");
    await index.readIndex("bench.dat", n);
    index.setEfSearch(128);
    return index;
  },
  query(index, vector) { return Array.from(index.searchKnn(vector, WANTED, undefined).neighbors); },
};
libraries.edgevec = {
  // With metric cosine or dot this version returns the least similar first; it cannot load what it
  // saved, so the built index is asked.
  unsaved: true,
  async init() {
    this.edge = await import("/dist/edgevec.js");
    await this.edge.default({ module_or_path: "/dist/edgevec_bg.wasm" });
  },
  async build(rows, n) {
    const options = new this.edge.EdgeVecConfig(DIMENSIONS);
    options.metric = "l2";
    const index = new this.edge.EdgeVec(options), start = now();
    for (let s = 0; s < n; s += 500) {
      const end = Math.min(s + 500, n);
      const ids = index.insertBatchFlat(rows.subarray(s * DIMENSIONS, end * DIMENSIONS), end - s);
      if (s === 0) this.first = ids[0];
      capped(start, end, n);
    }
    return index;
  },
  async save(index) { await index.save("bench"); return keptBytes(); },
  query(index, vector) { return index.search(vector, WANTED).map((hit) => hit.id - this.first); },
};

async function python() {
  const { loadPyodide } = await import("/runtime/pyodide.mjs");
  const pyodide = await loadPyodide({ indexURL: "/runtime/" });
  const wheels = (await (await fetch("/wheels.json")).json()).map((name) => `/wheels/${name}`);
  await pyodide.loadPackage(wheels, { messageCallback() {}, checkIntegrity: false });
  pyodide.unpackArchive(await (await fetch("/arenalab.zip")).arrayBuffer(), "zip", { extractDir: "/src" });
  pyodide.runPython("import sys; sys.path.insert(0, '/src')");
  pyodide.runPython(await (await fetch("/src/ours.py")).text());
  const get = (name) => pyodide.globals.get(name);
  get("questions")(await (await fetch("/data/query-tokens.json")).text());
  return get;
}
const ours = (asks) => ({
  async init() { this.get = await python(); this.near = this.get("near"); },
  async build(rows, n) {
    const lengths = new Uint8Array((await bytesOf(`/data/lengths-${n}.u8`)).buffer);
    const tokens = new Uint16Array((await bytesOf(`/data/tokens-${n}.u16`)).buffer);
    const start = now();
    this.get("build")(new Uint8Array(rows.buffer), tokens, lengths, n);
    this.built = now() - start;
    return true;
  },
  async save() {
    const file = this.get("save")(), view = file.getBuffer("u8");
    const bytes = view.data.slice();
    view.release();
    file.destroy();
    this.index = this.get("index_bytes")(bytes);
    return bytes;
  },
  async load(bytes) { this.get("load")(bytes); return true; },
  query(_, vector, number) { return this.near(vector, asks ? number : -1).toJs(); },
});
libraries.arenalab = ours(false);
libraries.arenalab_words = ours(true);
const away = (begin, ask) => ({
  ...ours(true),
  async init() { await begin(); this.get = await python(); this.near = this.get(ask); },
  // The file stays a Blob, as one that a person has chosen.
  async fetched(url) { this.blob = await (await fetch(url)).blob(); },
  async load() { await this.get("open_blob")(this.blob); this.blob = null; return true; },
});
// Rows and texts are read from a copy in the browser's private file system, as the page does;
libraries.arenalab_far = away(() => import("/static/reading.mjs"), "near");
// where that is refused, from the Blob itself.
libraries.arenalab_blob = away(async () => {}, "near_soon");
libraries.arenalab_blob.query = async function (_, vector, number) {
  return (await this.near(vector, number)).toJs();
};

const at = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
};

let library, name, n, data, index, blob;
const file = () => (library.raw ? `/data/rows-${n}.f32` : `/kept/${name.split("_")[0]}-${n}`);
const bench = {
  async init(which, size) {
    [name, n, library] = [which, size, libraries[which]];
    const start = now();
    await library.init();
    return { start_ms: now() - start };
  },
  async build() {
    data = library.words
      ? (await (await fetch("/data/texts.json")).json()).slice(0, n)
      : new Float32Array((await bytesOf(`/data/rows-${n}.f32`)).buffer);
    const start = now();
    index = await library.build(data, n);
    const took = library.built ?? now() - start;
    return { build_ms: took };
  },
  async save() {
    if (library.raw) return { bytes: n * DIMENSIONS * 4 };
    const saved = await library.save(index);
    if (typeof saved === "number") return { bytes: saved };
    for (let o = 0; o < saved.byteLength; o += 8 << 20) {
      const part = await fetch(`/put/${name.split("_")[0]}-${n}?${o}`, { method: "PUT", body: saved.subarray(o, o + (8 << 20)) });
      if (!part.ok) throw new Error(`put ${part.status}`);
    }
    return { bytes: saved.byteLength, ...(library.index && { index_bytes: library.index }) };
  },
  async collected() {
    for (let i = 0; i < 3; i++) { gc(); await new Promise((after) => setTimeout(after, 100)); }
    return wasmBytes();
  },
  async load() {
    if (library.fetched) await library.fetched(file());
    else if (!library.own) blob = await bytesOf(file());
    const start = now();
    index = await library.load(blob, n);
    const took = now() - start;
    if (!library.raw) blob = null;
    return { load_ms: took };
  },
  async ask(budget) {
    const { queries, known } = await (await fetch("/data/queries.json")).json();
    const vectors = new Float32Array((await bytesOf("/data/queries.f32")).buffer);
    const asked = library.words ? queries
      : queries.map((_, i) => vectors.slice(i * DIMENSIONS, (i + 1) * DIMENSIONS));
    const one = async (query, number) => {
      const start = now();
      let ids = library.query(index, query, number);
      if (ids && typeof ids.then === "function") ids = await ids;
      return [now() - start, Array.from(ids)];
    };
    for (let i = 0; i < 5; i++) await one(asked[199 - i], 199 - i);
    const times = [], ids = [], start = now();
    for (let pass = 0; pass < 3; pass++)
      for (let i = 0; i < asked.length && now() - start < budget; i++) {
        const [took, found] = await one(asked[i], i);
        times.push(took);
        if (pass === 0) ids.push(found);
      }
    const result = { first_p50: at(times.slice(0, asked.length), 0.5), p50: at(times, 0.5), p95: at(times, 0.95), asked: times.length, ids };
    if (library.words) {
      result.known = [];
      for (let i = 0; i < known.length && now() - start < 2 * budget; i++)
        result.known.push((await one(known[i], -1))[1]);
    }
    return result;
  },
};
for (const [key, call] of Object.entries(bench))
  bench[key] = async (...given) => {
    try {
      return await call(...given);
    } catch (error) {
      if (error instanceof Error) throw error;
      throw new Error(typeof error === "string" ? error : JSON.stringify(error));
    }
  };
if (globalThis.document) {
  globalThis.bench = bench;
  globalThis.ready = true;
} else {
  onmessage = async ({ data: [name, given] }) => {
    try {
      postMessage({ result: await bench[name](...given) });
    } catch (error) {
      postMessage({ error: error.message });
    }
  };
  postMessage({});
}
