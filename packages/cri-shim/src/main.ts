import { runMain } from '@typekube/component-base';
import { importProgram, program } from './config/flags';
import { importImages } from './import-images';
import { run } from './run';

const IMPORT_ARGUMENTS = 3;

/** `cri-shim image import FILE [flags]` puts images into containerd; anything else serves CRI. */
function main(): Promise<void> {
  const [first, second, file] = process.argv.slice(2);
  if (first !== 'image' || second !== 'import' || file === undefined || file.startsWith('-')) return runMain(program, run);
  process.argv.splice(2, IMPORT_ARGUMENTS);
  return runMain(importProgram, async ({ containerd }) => {
    const names = await importImages(file, { socket: containerd.containerd, namespace: containerd.containerdNamespace, rootDir: containerd.containerdRoot });
    for (const name of names) process.stdout.write(`${name}\n`);
  });
}

void main();
