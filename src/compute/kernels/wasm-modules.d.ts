/**
 * AssemblyScript that tools/assemblyscript.ts compiles in the build: an import gives the module's bytes. A module imports
 * its memory as `env.memory`. What follows `?wasm=` are features beyond plain SIMD that the browser may lack.
 */
declare module '*.as.ts?wasm' {
  const module: Uint8Array<ArrayBuffer>;
  export default module;
}

declare module '*.as.ts?wasm=relaxed-simd' {
  const module: Uint8Array<ArrayBuffer>;
  export default module;
}
