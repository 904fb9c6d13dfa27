import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

// What the apps share lies beside them: its `tabstate` is theirs.
const resolve = { dedupe: ["tabstate"] };

export default defineConfig({ base: "./", resolve, plugins: [solid({ ssr: true })], build: { target: "es2022" } });
