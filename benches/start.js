// From a script that has arrived to the first read: compiling, decoding, starting, reading. A fresh document in a fresh
// process for each sample, for engines keep compiled code of a process.

/** Milliseconds from handing the bundle's text to the browser until it has set `firstRead`. */
export async function sample(bundle) {
  const response = await fetch(bundle);
  const script = document.createElement("script");
  script.textContent = await response.text();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const began = performance.now();
  document.head.append(script);
  const milliseconds = performance.now() - began;
  if (globalThis.firstRead !== "Oslo") throw new Error(`the first read was ${globalThis.firstRead}`);
  return milliseconds;
}
