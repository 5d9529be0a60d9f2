/** What a model, or its inputs, did wrong. `kind` is Python's name for it: ValueError and so on. */
export class OnnxError extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
    this.name = 'OnnxError';
  }
}
