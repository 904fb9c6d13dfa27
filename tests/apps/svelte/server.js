// The app as a server makes it, which knows nothing of the tab yet.

import { render as renderApp } from "svelte/server";
import App from "./App.svelte";

export const render = () => renderApp(App).body;
