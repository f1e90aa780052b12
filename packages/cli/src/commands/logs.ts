import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { layoutOf } from '../cluster/layout';

/** Prints the log of one component. Fails with the names there are. */
export async function logs(component: string, { dataDir }: { readonly dataDir: string }): Promise<void> {
  const layout = layoutOf(resolve(dataDir));
  const path = join(layout.logs, `${component}.log`);
  const names = existsSync(layout.logs) ? readdirSync(layout.logs).map((name) => name.replace(/\.log$/, '')) : [];
  if (!names.includes(component)) throw new Error(`no log of ${component} in ${layout.logs}: there are ${names.join(', ') || 'none'}`);
  await pipeline(createReadStream(path), process.stdout, { end: false });
}
