// Bundle each library alone, minified and cut to what the bench uses: node build.mjs FOLDER
// FOLDER holds node_modules; bundles go to FOLDER/dist.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const folder = resolve(process.argv[2]);
const esbuild = createRequire(join(folder, "package.json"))("esbuild");
const dist = join(folder, "dist");
mkdirSync(dist, { recursive: true });

const libraries = {
  minisearch: ["export { default } from 'minisearch'"],
  orama: ["export { create, insertMultiple, search, save, load } from '@orama/orama'"],
  flexsearch: ["export { Index } from 'flexsearch'"],
  voy: ["export * from 'voy-search/voy_search_bg.js'", "voy-search/voy_search_bg.wasm"],
  hnswlib: ["export * from 'hnswlib-wasm/dist/hnswlib.js'"],
  edgevec: [
    "export { default, EdgeVec, EdgeVecConfig } from 'edgevec/edgevec.js'",
    "edgevec/edgevec_bg.wasm",
  ],
};
const node = ["node:*", "module", "fs", "path", "crypto", "url", "worker_threads", "perf_hooks",
  "ws", "child_process"];
for (const [name, [contents, ...more]] of Object.entries(libraries)) {
  await esbuild.build({
    stdin: { contents, resolveDir: folder }, bundle: true, minify: true, format: "esm",
    target: "esnext", platform: "browser", external: node, outfile: join(dist, `${name}.js`),
    logLevel: "error",
  });
  for (const file of more)
    copyFileSync(join(folder, "node_modules", file), join(dist, file.split("/").pop()));
}
