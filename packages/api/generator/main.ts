import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { InputFolders } from './assemble';
import { generate, TYPES } from './generate';
import { findInputs } from './inputs';

/** Tells by which inputs the output was made. */
const STAMP = 'generated/inputs.sha256';

function main(): void {
  const api = join(__dirname, '..', '..');
  const inputs = findInputs(api);
  const stamp = fingerprint(inputs);
  if (readIfThere(join(api, STAMP)) === stamp && existsSync(join(api, TYPES))) return;
  const files = generate(inputs);
  for (const stale of listFiles(api, TYPES).filter((path) => !files.has(path))) rmSync(join(api, stale));
  for (const [path, text] of [...files, [STAMP, stamp]] as const) writeIfChanged(join(api, path), text);
  process.stdout.write(`generated ${files.size} files in ${relative(process.cwd(), api) || '.'}\n`);
}

/** Of the versions read and of this program. */
function fingerprint(inputs: InputFolders): string {
  const hash = createHash('sha256');
  for (const folder of Object.values(inputs).sort()) hash.update(readFileSync(join(folder, 'package.json')));
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.js')) hash.update(readFileSync(join(__dirname, file)));
  }
  return hash.digest('hex');
}

function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.ts')).map((entry) => join(folder, entry));
}

/** Leaves files alone that are as they should be, so that the compiler need not look at them again. */
function writeIfChanged(file: string, text: string): void {
  if (readIfThere(file) === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

main();
