import { fileURLToPath } from "node:url";

export default {
  output: "export",
  distDir: "dist",
  basePath: "/next",
  trailingSlash: true,
  reactStrictMode: true,
  // The packages are the repository's.
  turbopack: { root: fileURLToPath(new URL("../../..", import.meta.url)) },
};
