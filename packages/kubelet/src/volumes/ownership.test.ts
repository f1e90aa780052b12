import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podOf } from '../testing/objects';
import { applyFsGroup, type GroupAccess } from './ownership';

describe('applyFsGroup', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'volume-'));
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub/file'), '');
    chmodSync(join(folder, 'sub'), 0o755);
    chmodSync(join(folder, 'sub/file'), 0o400);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const modeOf = (path: string): string => (statSync(join(folder, path)).mode & 0o7777).toString(8);

  it.each<[GroupAccess, string, string]>([
    ['read', '2755', '440'],
    ['write', '2775', '660'],
  ])('lets the group %s', async (access, folderMode, fileMode) => {
    await applyFsGroup(folder, podOf(['a'], { securityContext: { fsGroup: process.getgid!() } }), access);
    expect([modeOf('sub'), modeOf('sub/file')]).toEqual([folderMode, fileMode]);
  });

  it('changes nothing without a group', async () => {
    await applyFsGroup(folder, podOf(['a']), 'write');
    expect([modeOf('sub'), modeOf('sub/file')]).toEqual(['755', '400']);
  });
});
