import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A model class of @kubernetes/client-node, as its text gives it. Type names are still that package's own. */
export interface ClientModel {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly ClientField[];
}

export interface ClientField {
  /** The name on the wire. */
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
  readonly description: string;
}

const ATTRIBUTE = /"name": "([^"]*)",\s*"baseName": "([^"]*)",\s*"type": "([^"]*)",\s*"format": "([^"]*)"/g;
const MEMBER = /(?:\/\*\*([^]*?)\*\/\s*)?'([^']+)'(\??): /g;

/** Reads every live model (those that models/all.d.ts exports; the folder holds stale ones too). */
export function readClientModels(packageDir: string): ClientModel[] {
  const dir = join(packageDir, 'dist', 'gen', 'models');
  const index = readFileSync(join(dir, 'all.d.ts'), 'utf8');
  return [...index.matchAll(/models\/(\w+)\.js/g)].map(([, name = '']) => readModel(dir, name));
}

/**
 * The models that each API class names: `ResourceV1beta1` to `V1beta1ResourceClaim` and others. Classes of removed
 * versions are among them.
 */
export function readApiClasses(packageDir: string): Map<string, string[]> {
  const dir = join(packageDir, 'dist', 'gen', 'apis');
  const classes = new Map<string, string[]>();
  for (const file of readdirSync(dir).sort()) {
    const name = /^(\w+V\w+)Api\.d\.ts$/.exec(file)?.[1];
    if (name === undefined) continue;
    const text = readFileSync(join(dir, file), 'utf8');
    classes.set(
      name,
      [...text.matchAll(/models\/(\w+)\.js/g)].map(([, model = '']) => model),
    );
  }
  return classes;
}

function readModel(dir: string, name: string): ClientModel {
  const declaration = readFileSync(join(dir, `${name}.d.ts`), 'utf8');
  const code = readFileSync(join(dir, `${name}.js`), 'utf8');
  const start = declaration.indexOf('export declare class');
  const members = new Map([...declaration.slice(start).matchAll(MEMBER)].map((match) => [match[2], match]));
  const fields = [...code.matchAll(ATTRIBUTE)].map(([, property = '', wireName = '', type = '', format = '']) => {
    const member = members.get(property);
    if (member === undefined) throw new Error(`${name}.${property}: no declaration in ${name}.d.ts`);
    return { name: wireName, type, format, required: member[3] === '', description: readComment(member[1] ?? '') };
  });
  const comment = readComment(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(declaration.slice(0, start))?.[1] ?? '');
  const isFileHeader = comment.includes('OpenAPI spec version');
  return { name, description: isFileHeader ? '' : comment, fields };
}

/** The text of a doc comment, with the generator's escapes undone. */
function readComment(comment: string): string {
  return comment
    .replace(/^\s*\*\s?/gm, '')
    .replace(/\\(['"])/g, '$1')
    .replace(/\*_\//g, '*/')
    .replace(/\/_\*/g, '/*')
    .trim();
}
