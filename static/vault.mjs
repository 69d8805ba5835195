/**
 * A worker that keeps providers' keys and sends the requests that need one. A key goes in and never
 * comes out: it leaves only in the header it is meant for, to the origin it was given for.
 *
 * The engine's worker has the page's content security policy, by which nothing leaves this site. This
 * one is a file of its own, made only when the person has set up a provider, and so the one way out.
 *
 * Messages in: `{id, do, ...}`; `do` is a name of ACTIONS, whose arguments stand beside it. Messages
 * out: `{id, done}` or `{id, failed}`, a word; and between, for "send", `{id, status, retryAfter}` and
 * `{id, piece}` as they come.
 *
 * At rest a key is encrypted with AES-GCM by a key of this browser's own that cannot be read out of it;
 * with a passphrase, first with another, derived from it (PBKDF2, SHA-256). Where the browser refuses
 * storage, keys last as long as the worker.
 */

const ROUNDS = 600_000; // what OWASP asks of PBKDF2 with SHA-256
const text = new TextEncoder();

/** @typedef {{provider: string, origin: string, header: string, prefix: string, sealed: Sealed, salt?: Uint8Array}} Kept */
/** @typedef {{iv: Uint8Array, bytes: ArrayBuffer}} Sealed */

/** @type {Map<string, string>} keys that a passphrase opened, until the worker ends */
const opened = new Map();
/** @type {Map<string, any>} in place of a refused storage */
const memory = new Map();
/** @type {Map<number, AbortController>} */
const running = new Map();

/** @type {Promise<IDBDatabase | null>} */
const database = new Promise((resolve) => {
  try {
    const opening = indexedDB.open("arenalab-vault", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("vault");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = opening.onblocked = () => resolve(null);
  } catch {
    resolve(null);
  }
});

/** Read or change what is stored. @param {"readonly" | "readwrite"} mode @param {(store: IDBObjectStore) => IDBRequest} act */
async function stored(mode, act) {
  const all = (await database).transaction("vault", mode, { durability: "strict" });
  const request = act(all.objectStore("vault"));
  return new Promise((resolve, reject) => {
    all.oncomplete = () => resolve(request.result);
    all.onabort = all.onerror = () => reject(all.error);
  });
}

/** @param {string} name */
const load = async (name) => ((await database) ? stored("readonly", (s) => s.get(name)) : memory.get(name));
/** @param {string} name @param {any} value */
const save = async (name, value) =>
  (await database) ? stored("readwrite", (s) => s.put(value, name)) : memory.set(name, value);

/** The browser's own key. It cannot be exported, only used. @returns {Promise<CryptoKey>} */
async function lock() {
  const found = await load("lock");
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await save("lock", made);
  return made;
}

/** @param {string} passphrase @param {Uint8Array} salt @returns {Promise<CryptoKey>} */
async function derived(passphrase, salt) {
  const base = await crypto.subtle.importKey("raw", text.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {CryptoKey} key @param {BufferSource} bytes @returns {Promise<Sealed>} */
async function seal(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

/** @param {CryptoKey} key @param {Sealed} sealed @returns {Promise<ArrayBuffer>} */
const unseal = (key, { iv, bytes }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes);

/** @param {Kept} kept @param {string} [passphrase] @returns {Promise<string>} the key, or throws "locked" or "passphrase" */
async function open(kept, passphrase) {
  let bytes = await unseal(await lock(), kept.sealed);
  if (kept.salt) {
    if (passphrase === undefined) throw "locked";
    const inner = { iv: new Uint8Array(bytes, 0, 12), bytes: bytes.slice(12) };
    bytes = await unseal(await derived(passphrase, kept.salt), inner).catch(() => {
      throw "passphrase";
    });
  }
  return new TextDecoder().decode(bytes);
}

const ACTIONS = {
  /** Keep a key for an origin. @returns whether it outlasts the page */
  async keep({ provider, origin, header, prefix, key, passphrase }) {
    /** @type {Kept} */
    const kept = { provider, origin, header, prefix, sealed: undefined };
    let bytes = text.encode(key);
    if (passphrase) {
      kept.salt = crypto.getRandomValues(new Uint8Array(16));
      const inner = await seal(await derived(passphrase, kept.salt), bytes);
      bytes = new Uint8Array([...inner.iv, ...new Uint8Array(inner.bytes)]);
    }
    kept.sealed = await seal(await lock(), bytes);
    await save(`key:${provider}`, kept);
    if (passphrase) opened.set(provider, key);
    else opened.delete(provider);
    return { lasting: (await database) !== null };
  },

  /** What is kept for a provider, without the key. */
  async look({ provider }) {
    const kept = await load(`key:${provider}`);
    if (!kept) return null;
    return { origin: kept.origin, locked: Boolean(kept.salt) && !opened.has(provider) };
  },

  /** Open a key with its passphrase, until the worker ends. */
  async unlock({ provider, passphrase }) {
    const kept = await load(`key:${provider}`);
    if (!kept) throw "absent";
    opened.set(provider, await open(kept, passphrase));
    return null;
  },

  /** Forget every key, and the key that locked them. */
  async forget() {
    opened.clear();
    memory.clear();
    if (await database) await stored("readwrite", (s) => s.clear());
    return null;
  },

  /** Send a request with the provider's key in it, if it goes where that key belongs. */
  async send({ id, provider, url, headers, body }) {
    const kept = await load(`key:${provider}`);
    if (!kept) throw "absent";
    if (new URL(url).origin !== kept.origin) throw "origin";
    const key = opened.get(provider) ?? (await open(kept));
    const stop = new AbortController();
    running.set(id, stop);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: key ? { ...headers, [kept.header]: kept.prefix + key } : headers,
        body,
        signal: stop.signal,
        redirect: "manual",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      const status = response.type === "opaqueredirect" ? 307 : response.status;
      postMessage({ id, status, retryAfter: response.headers.get("retry-after") ?? "" });
      const reader = response.body?.getReader();
      for (let read; reader && !(read = await reader.read()).done; ) postMessage({ id, piece: read.value });
      return null;
    } catch {
      throw stop.signal.aborted ? "stopped" : "unreachable";
    } finally {
      running.delete(id);
    }
  },

  /** End a request. */
  async stop({ which }) {
    running.get(which)?.abort();
    return null;
  },
};

onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, done: await ACTIONS[data.do](data) });
  } catch (failed) {
    postMessage({ id: data.id, failed: typeof failed === "string" ? failed : "storage" });
  }
};
