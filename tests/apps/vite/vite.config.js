// Two pages, so that one build shows both entries of the package.

import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: { target: "es2022", rollupOptions: { input: ["index.html", "slim.html"] } },
});
