import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../testing';
import { openEmbeddedStore } from './open';

describeStore('embedded', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'typekube-store-'));
  return {
    open: () => openEmbeddedStore({ dataDir, compactionIntervalMs: 0, maxBufferedEvents: 100 }),
    dispose: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
});
