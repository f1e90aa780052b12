import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutOf } from '../cluster/layout';
import { writeClusterPki } from './cluster-pki';

describe("a cluster's authority", () => {
  const root = mkdtempSync(join(tmpdir(), 'pki-'));
  const layout = layoutOf(root);
  const write = (): Promise<void> => writeClusterPki(layout, { nodeName: 'n', server: 'https://127.0.0.1:1' });
  const files = ['ca.crt', 'ca.key'].map((name) => join(layout.pki, name));
  let contents: string[];

  beforeAll(async () => {
    await write();
    contents = files.map((file) => readFileSync(file, 'utf8'));
  });

  afterEach(async () => {
    files.forEach((file, i) => writeFileSync(file, contents[i]!));
    await write();
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it.each([0, 1])('is not made anew where half of it is missing', async (i) => {
    rmSync(files[i]!);
    await expect(write()).rejects.toThrow(`half of the cluster's authority is missing: ${files[i]}: put it back`);
    expect(readFileSync(files[1 - i]!, 'utf8')).toBe(contents[1 - i]);
  });

  it.each([0, 1])('that is damaged is told of', async (i) => {
    writeFileSync(files[i]!, 'damaged');
    await expect(write()).rejects.toThrow(/^the cluster's authority cannot be used: .*ca\.crt, .*ca\.key: .*put it back, or begin anew/);
  });
});
