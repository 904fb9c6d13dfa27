// How the explorer is built and served. `tabstate` is found by its name, as a user would find it, in node_modules next to this file.
import { defineConfig } from "vite";
import { packCities } from "./pack_cities.mjs";

export default defineConfig({
  base: "./",
  plugins: [packCities()],
  build: { target: "es2022", emptyOutDir: true },
});
