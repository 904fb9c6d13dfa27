// webpack's defaults, but for the entry's name.

export default {
  mode: "production",
  entry: "./main.js",
  performance: { hints: false },
};
