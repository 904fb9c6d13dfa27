// How the explorer is built and served. `tabstate` is found by its name, as a user would find it, in node_modules next to this file.
import { defineConfig } from "vite";
import { handOver } from "./hand_over.mjs";
import { packCities } from "./pack_cities.mjs";

export default defineConfig({
  base: "./",
  plugins: [packCities(), handOver()],
  build: { target: "es2022", emptyOutDir: true },
});
