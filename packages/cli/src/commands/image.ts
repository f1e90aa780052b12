import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { checkRoot } from '../cluster/host';
import { layoutOf } from '../cluster/layout';
import { readState } from '../cluster/state';

/** Gives the cluster's runtime the images of a docker or OCI archive. */
export function importImage(file: string, { dataDir }: { readonly dataDir: string }): void {
  checkRoot('image import');
  const layout = layoutOf(resolve(dataDir));
  if (!readState(layout)) throw new Error(`no cluster runs in ${layout.root}`);
  const { status } = spawnSync('cri-shim', ['image', 'import', resolve(file), `--containerd=${layout.containerd.socket}`], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the images in ${file} could not be imported`);
}
