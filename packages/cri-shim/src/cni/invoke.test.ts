import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addNetwork, type Attachment, checkNetwork, deleteNetwork } from './invoke';

const list = { name: 'pods', cniVersion: '1.0.0', plugins: [{ type: 'first' }, { type: 'portmap', capabilities: { portMappings: true } }] };
const RESULT = { cniVersion: '1.0.0', ips: [{ address: '10.0.0.2/24' }] };

describe('the plugins of a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cni-'));
  const log = join(folder, 'log');

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Plugins that note their calls, and say what they always say. */
  for (const type of ['first', 'portmap']) {
    const script = `#!/bin/sh\necho "${type} $CNI_COMMAND $(grep -o '"hostPort":[0-9]*')" >>${log}\necho '${JSON.stringify(RESULT)}'\n`;
    writeFileSync(join(folder, type), script, { mode: 0o755 });
  }

  it.each([
    ['also portmap, with ports', { portMappings: [{ hostPort: 80 }] }, ['first ADD', 'portmap ADD "hostPort":80', 'first CHECK', 'portmap CHECK "hostPort":80', 'portmap DEL "hostPort":80', 'first DEL']],
    ['but not portmap, without ports', {}, ['first ADD', 'first CHECK', 'first DEL']],
  ])('are called in order, and in reverse at the end: %s', async (_, capabilityArgs, calls) => {
    writeFileSync(log, '');
    const attachment: Attachment = { containerId: 'c', netns: '/ns', interfaceName: 'eth0', args: {}, capabilityArgs };
    const result = await addNetwork(list, attachment, [folder]);
    expect(result).toEqual(RESULT);
    await checkNetwork(list, attachment, [folder], result);
    await deleteNetwork(list, attachment, [folder], result);
    expect(readFileSync(log, 'utf8').trim().split('\n').map((line) => line.trim())).toEqual(calls);
  });
});
