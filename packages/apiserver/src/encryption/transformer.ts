/** A value as it was before it was encrypted. */
export interface Plain {
  readonly value: Buffer;
  /** It would be written otherwise now: with another key or provider. */
  readonly isStale: boolean;
}

/**
 * Turns values into what is stored and back. `key` is the store's key of the value, which most ways of encryption bind it to, so that nobody
 * can put one value in the place of another. No promise where nothing waits. Throws for what cannot be read.
 */
export interface Transformer {
  read(stored: Buffer, key: string): Plain | Promise<Plain>;
  write(value: Buffer, key: string): Buffer | Promise<Buffer>;
}

/** The transformer for what begins with `prefix`. */
export interface PrefixedTransformer {
  readonly prefix: Buffer;
  readonly transformer: Transformer;
}

/** Writes with the first, reads with the one whose prefix a value has (upstream's value.NewPrefixTransformers). */
export function byPrefix(transformers: readonly PrefixedTransformer[], notFound: string): Transformer {
  const [first] = transformers;
  if (!first) throw new Error('at least one transformer is needed');
  const after = (written: Buffer): Buffer => Buffer.concat([first.prefix, written]);
  return {
    write(value, key) {
      const written = first.transformer.write(value, key);
      return written instanceof Promise ? written.then(after) : after(written);
    },
    read(stored, key) {
      const errors: Error[] = [];
      for (const [i, { prefix, transformer }] of transformers.entries()) {
        if (!stored.subarray(0, prefix.length).equals(prefix)) continue;
        const asStale = (plain: Plain): Plain => (i > 0 && !plain.isStale ? { ...plain, isStale: true } : plain);
        try {
          const plain = transformer.read(stored.subarray(prefix.length), key);
          return plain instanceof Promise ? plain.then(asStale) : asStale(plain);
        } catch (error) {
          // Another key of the same name may fit.
          errors.push(error as Error);
        }
      }
      throw errors[0] ?? new Error(notFound);
    },
  };
}

const ENCRYPTED = Buffer.from('k8s:enc:');

/** Leaves values as they are. */
export const identity: Transformer = {
  write: (value) => value,
  read(stored) {
    if (stored.subarray(0, ENCRYPTED.length).equals(ENCRYPTED)) throw new Error('identity transformer tried to read encrypted data');
    return { value: stored, isStale: false };
  },
};
