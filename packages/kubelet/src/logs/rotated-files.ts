import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing } from '../program';

/** A log that was put aside is `LOG.TIME`, or `LOG.TIME.gz`. */
export const COMPRESSED = '.gz';

/** What is being compressed is no log yet. */
export const TEMPORARY = '.tmp';

/** What a turn of rotation does with the logs that were put aside before. */
export interface RotationPlan {
  readonly remove: readonly string[];
  readonly compress: readonly string[];
}

/** Which of them hold part of the log, the oldest first. A file that has been compressed is still there where the kubelet ended before it removed it. */
export function inUse(rotated: readonly string[]): string[] {
  return rotated.filter((name) => !name.endsWith(TEMPORARY) && !rotated.includes(`${name}${COMPRESSED}`)).sort();
}

/**
 * What makes room for one more; pure. `maxFiles` counts the log that is written and the one that is put aside now, too. That stays as it is until the next turn:
 * who reads it can read to its end.
 */
export function planRotation(rotated: readonly string[], maxFiles: number): RotationPlan {
  const logs = inUse(rotated);
  const excess = logs.slice(0, Math.max(0, logs.length - Math.max(0, maxFiles - 2)));
  return {
    remove: [...rotated.filter((name) => !logs.includes(name)), ...excess],
    compress: logs.slice(excess.length).filter((name) => !name.endsWith(COMPRESSED)),
  };
}

/** Upstream's form, in which the order of names is that of times. */
export function rotatedName(path: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split(/[T.]/);
  return `${path}.${date.replaceAll('-', '')}-${time.replaceAll(':', '')}`;
}

/** The paths of all that was put aside of a log. None where there is no such folder. */
export async function rotatedFiles(path: string): Promise<string[]> {
  const prefix = `${basename(path)}.`;
  try {
    return (await readdir(dirname(path))).filter((name) => name.startsWith(prefix)).map((name) => join(dirname(path), name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Removes a log with all that was put aside of it. */
export async function removeLog(path: string): Promise<void> {
  for (const file of [...(await rotatedFiles(path)), path]) await rm(file, { force: true });
}
