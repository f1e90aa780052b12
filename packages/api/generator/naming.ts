import type { ClientModel } from './client-node';
import { capitalize, GO_PACKAGES } from './packages';

/** Where a model of client-node lives upstream. */
export interface Placed {
  readonly module: string;
  readonly goName: string;
}

interface NamingInputs {
  readonly models: readonly ClientModel[];
  readonly apiClasses: ReadonlyMap<string, readonly string[]>;
  /** Whether kubernetes-models has the type in that module. */
  hasModel(module: string, goName: string): boolean;
}

const MODEL_NAME = /^([A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)([A-Z]\w*)$/;

/** Types that no text of the packages places. */
const KNOWN: Readonly<Record<string, Placed>> = {
  V1GroupResource: { module: 'meta/v1', goName: 'GroupResource' },
  VersionInfo: { module: 'apimachinery/version', goName: 'Info' },
};

/**
 * Finds the Go package of every model. client-node's names tell the version, and the package only where two share a name
 * (`CoreV1Event`). The rest is told by kubernetes-models' folders, else by the API class that uses the model, else by the
 * model that refers to it: versions before v1 refer to no other package's types of the same version.
 */
export function placeModels(inputs: NamingInputs): Map<string, Placed> {
  const placed = new Map<string, Placed>(Object.entries(KNOWN));
  const open = new Map<string, { version: string; goName: string }>();
  for (const { name } of inputs.models) {
    if (placed.has(name)) continue;
    const [, prefix, versionPart = '', goName = ''] = MODEL_NAME.exec(name) ?? [];
    const version = versionPart.toLowerCase();
    const module = prefix === undefined ? findModule(inputs, name, version, goName) : `${prefix.toLowerCase()}/${version}`;
    if (module === undefined) open.set(name, { version, goName });
    else placed.set(name, { module, goName });
  }
  placeByApiClass(inputs.apiClasses, open, placed);
  placeByReference(inputs.models, open, placed);
  if (open.size > 0) throw new Error(`no package known for ${[...open.keys()].join(', ')}`);
  return placed;
}

function findModule(inputs: NamingInputs, name: string, version: string, goName: string): string | undefined {
  if (!/^v\d+$/.test(version)) return undefined;
  const found = GO_PACKAGES.map((each) => `${each.name}/${version}`).filter((module) => inputs.hasModel(module, goName));
  if (found.length > 1) throw new Error(`${name} may be of ${found.join(' or ')}`);
  return found[0];
}

type OpenModels = Map<string, { version: string; goName: string }>;

function placeByApiClass(apiClasses: NamingInputs['apiClasses'], open: OpenModels, placed: Map<string, Placed>): void {
  for (const goPackage of GO_PACKAGES) {
    for (const [name, { version, goName }] of open) {
      if (!apiClasses.get(goPackage.apiClass + capitalize(version))?.includes(name)) continue;
      open.delete(name);
      placed.set(name, { module: `${goPackage.name}/${version}`, goName });
    }
  }
}

function placeByReference(models: readonly ClientModel[], open: OpenModels, placed: Map<string, Placed>): void {
  for (let before = -1; before !== open.size && open.size > 0;) {
    before = open.size;
    for (const model of models) {
      const owner = placed.get(model.name);
      if (owner === undefined) continue;
      for (const [name] of model.fields.flatMap(({ type }) => [...type.matchAll(/\b\w*V\d\w+/g)])) {
        const target = open.get(name);
        if (target === undefined || !owner.module.endsWith(`/${target.version}`)) continue;
        open.delete(name);
        placed.set(name, { module: owner.module, goName: target.goName });
      }
    }
  }
}
