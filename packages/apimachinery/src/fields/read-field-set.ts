import { isJsonObject } from '../json/own-property';
import { readFieldKey } from './field-key';
import { below, type FieldSet, type FieldSetDraft, LEAF, SELF } from './field-set';
import { FieldsError } from './fields-error';

/** Reads FieldsV1 that others have written. Throws FieldsError with upstream's text. */
export function readFieldSet(value: unknown): FieldSet | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw new FieldsError('ReadMapCB: expect { or n');
  return below(readNode(value));
}

/** The same object where it is as it would be written here. */
function readNode(value: Record<string, unknown>): FieldSet {
  const out: FieldSetDraft = {};
  let isSame = true;
  let count = 0;
  for (const text in value) {
    const content = value[text];
    const key = text === SELF ? SELF : readFieldKey(text);
    if (key === undefined) {
      isSame = false;
      continue;
    }
    out[key] = key === SELF ? LEAF : readChild(content);
    count += 1;
    if (key !== text || (key !== SELF && out[key] !== content)) isSame = false;
  }
  if (count === 1 && SELF in out) return LEAF;
  return isSame ? (value as FieldSetDraft) : out;
}

function readChild(content: unknown): FieldSet {
  if (content === null) return LEAF;
  if (!isJsonObject(content)) throw new FieldsError('ReadMapCB: expect { or n');
  return readNode(content);
}
