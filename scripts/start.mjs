// Builds the package and the app in www/, and serves the app on localhost until it is stopped.

import { join } from "node:path";
import { build } from "./build.mjs";
import { root, run, runAsProgram } from "./run.mjs";
import { setup } from "./setup.mjs";

export async function buildApp() {
  await run("app", {
    command: ["vite", "build", "www"],
    inputs: ["www", "build/package", "build/package/dist", "package-lock.json"],
    outputs: ["www/dist/index.html"],
  });
}

await runAsProgram(import.meta.url, async () => {
  await setup();
  await build();
  await buildApp();
  const { preview } = await import("vite");
  const server = await preview({ root: join(root, "www"), preview: { port: Number(process.env.PORT ?? 4173) } });
  console.log(`\nThe app is at ${server.resolvedUrls.local[0]} (Ctrl+C stops it)\n`);
});
