import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const expand = promisify(gunzip);

const expanding = new WeakMap<Buffer, Promise<Buffer>>();
const expanded = new WeakMap<Buffer, WeakRef<Buffer>>();

/**
 * Expands what is kept compressed. Who asks for the same while another's is being made, or still being sent, gets that: many clients at once, or slow
 * ones, hold one document and not one each.
 */
export function expandShared(compressed: Buffer): Promise<Buffer> {
  const present = expanded.get(compressed)?.deref();
  if (present) return Promise.resolve(present);
  let making = expanding.get(compressed);
  if (!making) {
    making = expand(compressed)
      .then((made) => {
        expanded.set(compressed, new WeakRef(made));
        return made;
      })
      .finally(() => expanding.delete(compressed));
    expanding.set(compressed, making);
  }
  return making;
}
