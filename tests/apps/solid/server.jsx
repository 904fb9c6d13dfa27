// The app as a server makes it, which knows nothing of the tab yet.

import { generateHydrationScript, renderToString } from "solid-js/web";
import { App } from "./app.jsx";

/** What the document's head needs before the app takes over. */
export const head = generateHydrationScript();
export const render = () => renderToString(() => <App />);
