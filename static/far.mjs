/**
 * A worker that fetches parts of packs, from this site or another one.
 *
 * Page and engine have a content security policy by which nothing leaves this site. This file is made
 * a worker only when a person has asked for a pack by its address; it can ask for a file, and for
 * nothing else: no cookie, no referrer, no body, no header but Range goes along.
 *
 * In: `{id, url, parts, known}`, the parts as pairs of places in the file. Out: `{id, status, size, tag,
 * body}`, or `{id, failed}`, a word. Several parts are asked for at the same time and come as one body.
 * A host that sends the whole file, of which the tag is `known`, is not listened to: status 304.
 */
onmessage = async ({ data: { id, url, parts, known } }) => {
  try {
    const came = await Promise.all(parts.map((place) => part(url, place, known)));
    const { status, size, tag, body } = came.find((one) => one.status !== 206) ?? came[0];
    if (parts.length === 1 || status !== 206) return postMessage({ id, status, size, tag, body });
    if (came.some((one) => one.tag !== tag)) throw "unreached"; // the file is being replaced
    const whole = new Uint8Array(came.reduce((sum, one) => sum + one.body.byteLength, 0));
    let at = 0;
    for (const one of came) {
      whole.set(new Uint8Array(one.body), at);
      at += one.body.byteLength;
    }
    postMessage({ id, status, size, tag, body: whole.buffer }, [whole.buffer]);
  } catch (why) {
    postMessage({ id, failed: typeof why === "string" ? why : "unreached" });
  }
};

/** @type {RequestInit} */
const ALONE = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" };

/** Ask for the bytes from `start` to before `stop`. @param {string} url @param {number[]} place @param {string} known */
async function part(url, [start, stop], known) {
  const leave = new AbortController();
  const request = { ...ALONE, headers: { Range: `bytes=${start}-${stop - 1}` }, signal: leave.signal };
  const answer = await fetch(url, request).catch(async () => {
    throw navigator.onLine ? await reason(url) : "offline";
  });
  const { status } = answer;
  const read = (name) => answer.headers.get(name) ?? "";
  // Of another origin's headers only a few can be read, Last-Modified and Content-Length among them.
  const tag = read("ETag") || read("Last-Modified") || (status === 200 ? read("Content-Length") : "");
  const size = Number(read("Content-Range").split("/")[1]) || 0;
  if (status === 200 && known && tag === known) {
    leave.abort();
    return { status: 304, size, tag };
  }
  return { status, size, tag, body: await (status === 200 ? answer.blob() : answer.arrayBuffer()) };
}

/** Whether a host is there, and only does not let pages read what it sends. @param {string} url */
async function reason(url) {
  if (new URL(url).origin === location.origin) return "unreached";
  const there = await fetch(url, { ...ALONE, method: "HEAD", mode: "no-cors" }).catch(() => null);
  return there ? "closed" : "unreached";
}
