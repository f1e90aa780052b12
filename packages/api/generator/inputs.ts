import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { InputFolders } from './assemble';

/** Finds the packages that the generator reads, wherever npm put them; neither need be loadable by this Node. */
export function findInputs(apiFolder: string): InputFolders {
  const models = findPackage('kubernetes-models', apiFolder);
  return {
    clientNode: findPackage('@kubernetes/client-node', apiFolder),
    models,
    apimachinery: findPackage('@kubernetes-models/apimachinery', models),
  };
}

function findPackage(name: string, from: string): string {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')));
  if (found === undefined) throw new Error(`package ${name} is not installed: run npm install`);
  return realpathSync(found);
}
