// The app as a server makes it, which knows nothing of the tab yet.

import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import App from "./App.vue";

export const render = () => renderToString(createSSRApp(App));
