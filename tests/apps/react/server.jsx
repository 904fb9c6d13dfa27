// The app as a server makes it, which knows nothing of the tab yet.

import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { App } from "./app.jsx";

export const render = () =>
  renderToString(
    <StrictMode>
      <App />
    </StrictMode>,
  );
