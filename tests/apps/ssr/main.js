// Starts the server, and prints where it is: `node main.js [port]`.

import { start } from "./server.js";

const server = await start(Number(process.argv[2] ?? 0));
console.log(`http://127.0.0.1:${server.address().port}/?q=sea&from=2024-02-29`);
