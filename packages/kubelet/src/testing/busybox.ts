import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './program';

const APPLETS = [
  'sh',
  'ls',
  'cat',
  'echo',
  'sleep',
  'id',
  'httpd',
  'wget',
  'hostname',
  'ip',
  'env',
  'touch',
  'kill',
  'true',
  'false',
  'test',
  'nc',
  'mkdir',
  'rm',
];

/** Packs an image of Debian's busybox-static as `docker save` would, and gives the archive's path. */
export async function busyboxArchive(folder: string, name: string): Promise<string> {
  const root = join(folder, 'rootfs');
  for (const path of ['bin', 'etc', 'tmp', 'root', 'www']) mkdirSync(join(root, path), { recursive: true });
  await runProgram('cp', ['/bin/busybox', join(root, 'bin', 'busybox')]);
  for (const applet of APPLETS) await runProgram('ln', ['-sf', 'busybox', join(root, 'bin', applet)]);
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:web:/tmp:/bin/sh\n');
  writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\nweb:x:1001:\n');
  const layer = join(folder, 'layer.tar');
  await runProgram('tar', ['-C', root, '-cf', layer, '.']);
  const digest = (await runProgram('sha256sum', [layer])).slice(0, 64);
  const image = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(image));
  writeFileSync(
    join(folder, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]),
  );
  const archive = join(folder, 'image.tar');
  await runProgram('tar', ['-C', folder, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar']);
  rmSync(root, { recursive: true });
  return archive;
}
