// Stands for `WebAssembly` in `tabstate/js`, where the build puts it in the place of the global one: a module is what
// `scripts/translate.mjs` made of it, a function. Knows no more of WebAssembly than the borders use.

type Translation = (imports: WebAssembly.Imports | undefined) => WebAssembly.Exports;

class Module {
  readonly make: Translation;

  constructor(make: Translation) {
    this.make = make;
  }
}

class Instance {
  readonly exports: WebAssembly.Exports;

  constructor({ make }: Module, imports?: WebAssembly.Imports) {
    this.exports = make(imports);
  }
}

const translated = { Module, Instance };

export { translated as WebAssembly };
