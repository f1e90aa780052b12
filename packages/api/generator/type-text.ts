import type { FieldType } from './model';

const LIST = /^Array<(.*)>$/;
const MAP = /^\{ \[key: string\]: (.*); \}$/;

/** Reads a TypeScript type as the two packages write them; `readLeaf` reads what is neither a list nor a map. */
export function readTypeText(text: string, readLeaf: (text: string) => FieldType): FieldType {
  const list = LIST.exec(text)?.[1];
  if (list !== undefined) return { is: 'list', of: readTypeText(list, readLeaf) };
  const map = MAP.exec(text)?.[1];
  if (map !== undefined) return { is: 'map', of: readTypeText(map, readLeaf) };
  return readLeaf(text);
}
