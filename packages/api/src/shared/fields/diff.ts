import { semanticEqual } from './semantic-equal';

/**
 * A readable difference of two structs in the layout of go-cmp's `cmp.Diff`, which upstream puts into the errors of immutable
 * specs: one `-` and one `+` line for each field that differs, and a count of those that do not.
 */
export function formatDiff(typeName: string, before: object, after: object): string {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  const lines: string[] = [];
  let identical = 0;
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    if (semanticEqual(old.get(key), now.get(key))) {
      identical++;
      continue;
    }
    lines.push(...fieldLines('-', key, old), ...fieldLines('+', key, now));
  }
  if (identical > 0) lines.unshift(`  \t... // ${identical} identical field${identical === 1 ? '' : 's'}`);
  return [`  ${typeName}{`, ...lines, '  }', ''].join('\n');
}

function fieldLines(sign: '-' | '+', key: string, fields: ReadonlyMap<string, unknown>): string[] {
  const value = fields.get(key);
  return value === undefined ? [] : [`${sign} \t${key}: ${JSON.stringify(value)},`];
}
