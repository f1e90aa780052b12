import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podOf, podState, stateOf } from '../testing/objects';
import { parseLogOptions, streamLogs, waitingText } from './container-logs';

it.each([
  ['ErrImagePull', "image can't be pulled"],
  ['ImagePullBackOff', 'trying and failing to pull image'],
  ['PodInitializing', 'PodInitializing'],
  [undefined, 'ContainerCreating'],
])('says of a container that waits by %s: %s', (reason, text) => {
  const base = { name: 'a', image: '', imageID: '', ready: false, restartCount: 0 };
  const containerStatuses = [{ ...base, state: reason ? { waiting: { reason } } : {} }];
  expect(waitingText({ ...podOf(['a']), status: { containerStatuses } }, 'a')).toBe(text);
});

describe('a log that is written while it is sent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'container-logs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['tailLines=1', '3\n'],
    ['tailLines=2', '2\n3\n'],
    ['tailLines=0', ''],
    ['', '1\n2\n3\nlater\n'],
    ['tailLines=1&follow=true', '3\nlater\n'],
  ])('gives with "%s" %j', async (query, expected) => {
    const logPath = join(folder, 'log');
    const line = (text: string): string => `2026-01-01T00:00:00.000000000Z stdout F ${text}\n`;
    writeFileSync(logPath, ['1', '2', '3'].map(line).join(''));
    const state = podState([stateOf('a', { logPath, state: 'exited' })]);
    const options = parseLogOptions(new URLSearchParams(query));
    const server = createServer((_, response) => {
      const write = response.write.bind(response);
      response.write = (chunk: Buffer): boolean => {
        if (chunk.toString() === '3\n') appendFileSync(logPath, line('later'));
        return write(chunk);
      };
      const runtime = { podState: () => Promise.resolve(state) };
      streamLogs({ pod: podOf(['a']), container: 'a', options, runtime }, response).catch((error: Error) => response.destroy(error));
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => void server.once('listening', resolve));
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      expect(await answer.text()).toBe(expected);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

it.each([
  ['follow=true', true],
  ['follow=True', true],
  ['follow=1', true],
  ['follow', true],
  ['follow=False', false],
  ['follow=0', false],
  ['', false],
])('reads of the query %p whether to follow: %p', (query, follow) => {
  expect(parseLogOptions(new URLSearchParams(query)).follow).toBe(follow);
});
