/** Managed fields, or a value, that cannot be understood. The message is upstream's. */
export class FieldsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FieldsError';
  }
}
