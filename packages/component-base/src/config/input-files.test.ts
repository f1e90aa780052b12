import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputFileFlag, inputFilesFlag, optionalStringFlag } from './flag-types';
import { parseFlags, section } from './flags';
import { checkInputFiles } from './input-files';

const program = {
  name: 'kube-test',
  description: '',
  sections: {
    a: section('A', { caFile: inputFileFlag({ help: '' }), logPath: optionalStringFlag({ help: '' }) }),
    b: section('B', { keyFile: inputFilesFlag({ help: '' }) }),
  },
};

async function check(...argv: string[]): Promise<void> {
  const outcome = parseFlags(program, argv);
  if (outcome.action === 'run') await checkInputFiles(program, outcome.options);
}

it('names the flag and the file that cannot be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'input-files-'));
  try {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await check(`--ca-file=${file}`, '--log-path=/nope', `--key-file=${file},${file}`);
    await check('--ca-file=');
    await expect(check('--ca-file=/nope')).rejects.toThrow('--ca-file /nope: no such file or directory');
    await expect(check(`--key-file=${file}`, `--key-file=${folder}`)).rejects.toThrow(`--key-file ${folder}: is a directory`);
    await expect(check(`--ca-file=${file}/x`)).rejects.toThrow('ENOTDIR');
  } finally {
    await rm(folder, { recursive: true });
  }
});
