/**
 * Reads many parts of a file at once, for the engine's worker: from Python each part would be a call.
 * @param {FileSystemSyncAccessHandle} file
 * @param {Float64Array} ends where each part begins and ends, one after another
 * @returns {Uint8Array} the parts together, up to the first that the file does not have whole
 */
globalThis.readParts = (file, ends) => {
  let size = 0;
  for (let i = 0; i < ends.length; i += 2) size += ends[i + 1] - ends[i];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < ends.length; i += 2) {
    const stop = at + ends[i + 1] - ends[i];
    const read = file.read(bytes.subarray(at, stop), { at: ends[i] });
    if (at + read < stop) break;
    at = stop;
  }
  return bytes.subarray(0, at);
};
