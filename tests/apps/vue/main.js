// Starts the app, or takes over what a server made of it.

import { createApp, createSSRApp } from "vue";
import App from "./App.vue";

const root = document.getElementById("root");
const app = root.hasChildNodes() ? createSSRApp(App) : createApp(App);
app.mount(root);
