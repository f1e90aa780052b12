import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';

/** What is wrong with the program that is to make containers. Whether there is one of that name only containerd knows: its PATH is not ours. */
export function ociRuntimeProblem(program: string): string | undefined {
  if (!program) return '--oci-runtime: must be a name or a path';
  if (!program.includes('/')) return undefined;
  if (!isAbsolute(program)) return `--oci-runtime: ${program} must be a name or an absolute path`;
  try {
    accessSync(program, constants.X_OK);
  } catch (error) {
    return `--oci-runtime: ${program} cannot be run: ${(error as Error).message}`;
  }
  return statSync(program).isFile() ? undefined : `--oci-runtime: ${program} is no program`;
}
