import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// What the apps share lies beside them: its `tabstate` is theirs.
const resolve = { dedupe: ["tabstate"] };

export default defineConfig({ base: "./", resolve, plugins: [react()], build: { target: "es2022" } });
