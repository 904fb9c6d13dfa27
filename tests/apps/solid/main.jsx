// Starts the app, or takes over what a server made of it.

import { hydrate, render } from "solid-js/web";
import { App } from "./app.jsx";

const root = document.getElementById("root");
const start = root.hasChildNodes() ? hydrate : render;
start(() => <App />, root);
