import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What kubernetes-models' declarations add to client-node's: real names of the types referred to, enums, descriptions with
 * line ends.
 */
export interface NamedModel {
  readonly description: string;
  readonly fields: ReadonlyMap<string, NamedField>;
}

export interface NamedField {
  readonly description: string;
  /** TypeScript text: `Array<IIoK8sApiCoreV1Container>`. */
  readonly type: string;
  readonly enumValues: readonly string[];
}

const MEMBER = /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\s*)?"([^"\n]+)"(\??): ((?:[^;{]|\{[^}]*\})*);/g;

export interface ModelPackages {
  readonly models: string;
  readonly apimachinery: string;
}

/** The folder of a module such as `rbac/v1` in its packages; undefined where that version is not there. */
export function findModelFolder(packages: ModelPackages, group: string, version: string): string | undefined {
  const dir =
    group === 'meta.k8s.io'
      ? join(packages.apimachinery, 'apis', 'meta', version)
      : join(packages.models, ...(group === '' ? [version] : [group, version]));
  return existsSync(dir) ? dir : undefined;
}

/** Reads one type; undefined where the folder has none of that name. */
export function readNamedModel(dir: string, goName: string): NamedModel | undefined {
  const file = join(dir, `${goName}.d.ts`);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(`export interface I${goName} `);
  const end = text.indexOf('\n}', start);
  if (start < 0 || end < 0) return undefined;
  const fields = new Map<string, NamedField>();
  for (const [, comment = '', name = '', , type = ''] of text.slice(text.indexOf('{', start) + 1, end).matchAll(MEMBER)) {
    fields.set(name, { description: readComment(comment), type: type.replace(/\s+/g, ' '), enumValues: readEnum(type) });
  }
  const comment = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(text.slice(0, start))?.[1] ?? '';
  return { description: readComment(comment), fields };
}

function readEnum(type: string): string[] {
  const element = /^Array<(.*)>$/.exec(type)?.[1] ?? type;
  return /^(?:"[^"]*"(?: \| )?)+$/.test(element) ? [...element.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value) : [];
}

/** The text of a doc comment; the package escapes asterisks in it and adds tags. */
function readComment(comment: string): string {
  return comment
    .replace(/^[ \t]*\* ?/gm, '')
    .replace(/\\\*/g, '*')
    .replace(/\*\\\//g, '*/')
    .replace(/\s*@deprecated\s*$/, '')
    .trim();
}
