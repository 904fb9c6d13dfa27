import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// What the apps share lies beside them: its `tabstate` is theirs.
const resolve = { dedupe: ["tabstate"] };

export default defineConfig({ base: "./", resolve, plugins: [vue()], build: { target: "es2022" } });
