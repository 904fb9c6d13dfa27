// What the build tool adds to the language: its environment and style sheets as modules.
/// <reference types="vite/client" />
