// The compiled module lies in the build tree and has no types of its own.
declare module '@core/gradbox_inference.mjs' {
  const create: (options?: object) => Promise<unknown>;
  export default create;
}
