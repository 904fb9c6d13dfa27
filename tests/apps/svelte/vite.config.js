import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// What the apps share lies beside them: its `tabstate` is theirs.
const resolve = { dedupe: ["tabstate"] };

export default defineConfig({
  base: "./",
  resolve,
  plugins: [svelte({ configFile: false })],
  build: { target: "es2022" },
});
