// What the build adds to the language: its environment, style sheets as modules, and which edition of the data it made.
/// <reference types="vite/client" />

declare module "virtual:cities" {
  /** A digest of the file. */
  export const VERSION: string;
}
