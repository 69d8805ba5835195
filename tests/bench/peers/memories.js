// Remember every WebAssembly memory made in this page, to tell how much they hold.
globalThis.memories = new Set();
{
  const note = (result) => {
    for (const value of Object.values((result.instance || result).exports || {}))
      if (value instanceof WebAssembly.Memory) memories.add(value);
    return result;
  };
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, given) { const made = new target(...given); memories.add(made); return made; },
  });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const made = WebAssembly[name];
    WebAssembly[name] = (...given) => made.apply(WebAssembly, given).then(note);
  }
  const Instance = WebAssembly.Instance;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, given) { return note(new target(...given)); },
  });
}
globalThis.wasmBytes = () => [...memories].reduce((sum, one) => sum + one.buffer.byteLength, 0);
