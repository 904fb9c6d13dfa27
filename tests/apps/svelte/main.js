// Starts the app, or takes over what a server made of it.

import { hydrate, mount } from "svelte";
import App from "./App.svelte";

const target = document.getElementById("root");
// What does not fit throws, where it would be made anew otherwise.
if (target.hasChildNodes()) hydrate(App, { target, recover: false });
else mount(App, { target });
