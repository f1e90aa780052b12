import { readGeneratedFile } from '../schemas/generated-file';

/** One field of the generated file of field numbers. */
export interface NumberedField {
  /** Empty for an embedded struct. */
  readonly name: string;
  readonly number: number;
  readonly pointer: boolean;
  /** JSON has it even when it is zero, though it is not required. */
  readonly always: boolean;
  /** The fields of an embedded struct. */
  readonly embedded?: readonly NumberedField[];
}

let texts: Readonly<Record<string, string>> | undefined;

/** The fields of a definition by their numbers; undefined for one that has no protobuf. */
export function fieldNumbersOf(name: string): NumberedField[] | undefined {
  texts ??= readGeneratedFile<Record<string, string>>('protobuf.json');
  if (!Object.hasOwn(texts, name)) return undefined;
  return parseFields((texts[name] ?? '').split(' ').filter((part) => part !== ''));
}

const PART = /^(\(*)([^()*!:]+)(\*?)(!?):(\d+)((?:\):\d+)*)$/;

/** Reads `name:1 (hostPath*:1 emptyDir*:2):2 tty:3`. */
function parseFields(parts: readonly string[]): NumberedField[] {
  const levels: NumberedField[][] = [[]];
  for (const part of parts) {
    const [, opening = '', name = '', pointer, always, number, closing = ''] = PART.exec(part) ?? [];
    if (number === undefined) throw new Error(`no field number: ${part}`);
    for (const _ of opening) levels.push([]);
    levels.at(-1)?.push({ name, number: Number(number), pointer: pointer === '*', always: always === '!' });
    for (const [, outer] of closing.matchAll(/\):(\d+)/g)) {
      const embedded = levels.pop() ?? [];
      levels.at(-1)?.push({ name: '', number: Number(outer), pointer: false, always: false, embedded });
    }
  }
  return levels[0] ?? [];
}
