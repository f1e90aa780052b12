import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetBeginning, noteBeginning, readBeginning } from './beginning';
import { layoutOf } from './layout';

it('is known until it is forgotten; what was half written when the disk was full is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'beginning-'));
  const layout = layoutOf(root);
  mkdirSync(layout.run);
  expect(readBeginning(layout)).toBeUndefined();
  const options = { nodeName: 'n', nodeAddress: '10.0.0.1', apiPort: 6443, podCidr: '10.244.0.0/24', serviceCidr: '10.96.0.0/16', without: [] };
  noteBeginning(layout, options);
  expect(readBeginning(layout)).toEqual(options);
  writeFileSync(layout.beginningFile, '{"nodeN');
  expect(readBeginning(layout)).toBeUndefined();
  forgetBeginning(layout);
  forgetBeginning(layout);
  expect(readBeginning(layout)).toBeUndefined();
  rmSync(root, { recursive: true });
});
