/**
 * A worker that fetches parts of packs, from this site or another one.
 *
 * Page and engine have a content security policy by which nothing leaves this site. This file is made
 * a worker only when a person has asked for a pack by its address; it can ask for a file, and for
 * nothing else: no cookie, no referrer, no body, no header but Range goes along.
 *
 * In: `{id, url, range, known}`. Out: `{id, status, size, tag, body}`, or `{id, failed}`, a word. A
 * host that sends the whole file, of which the tag is `known`, is not listened to: status 304.
 */
onmessage = async ({ data: { id, url, range, known } }) => {
  const stop = new AbortController();
  let answer;
  try {
    answer = await fetch(url, { ...ALONE, headers: { Range: range }, signal: stop.signal });
    const read = (name) => answer.headers.get(name) ?? "";
    // Of another origin's headers only a few can be read, Last-Modified and Content-Length among them.
    const tag = read("ETag") || read("Last-Modified") || (answer.status === 200 ? read("Content-Length") : "");
    const size = Number(read("Content-Range").split("/")[1]) || 0;
    if (answer.status === 200 && known && tag === known) {
      stop.abort();
      return postMessage({ id, status: 304, size, tag });
    }
    const body = answer.status === 200 ? await answer.blob() : await answer.arrayBuffer();
    postMessage({ id, status: answer.status, size, tag, body }, body instanceof Blob ? [] : [body]);
  } catch {
    const cut = answer && "unreached"; // within the body
    postMessage({ id, failed: cut || (navigator.onLine ? await reason(url) : "offline") });
  }
};

/** @type {RequestInit} */
const ALONE = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };

/** Whether a host is there, and only does not let pages read what it sends. @param {string} url */
async function reason(url) {
  if (new URL(url).origin === location.origin) return "unreached";
  const there = await fetch(url, { ...ALONE, method: "HEAD", mode: "no-cors" }).catch(() => null);
  return there ? "closed" : "unreached";
}
