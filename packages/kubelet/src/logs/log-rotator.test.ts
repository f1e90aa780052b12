import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { silentLogger } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { cri } from '@typekube/cri-api';
import { logRulesOf } from '../config/log-rules';
import { LogFiles } from './log-files';
import { LogRotator } from './log-rotator';
import { removeLog } from './rotated-files';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-rotator-'));
  path = join(folder, '0.log');
  writeFileSync(path, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();

interface MessageType<Wish, Message> {
  encode(wish: Wish): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

/** A message as it comes over the wire. */
function message<Wish, Message>(type: MessageType<Wish, Message>, wish: Wish): Message {
  return type.decode(type.encode(wish).finish());
}

/** A runtime with one container that writes a log; `refuses` to begin anew as often as told. */
function setup({ refuses = 0, maxFiles = 4 } = {}): { rotator: LogRotator; clock: FakeClock } {
  const state = cri.ContainerState.CONTAINER_RUNNING;
  let refusals = refuses;
  const services = {
    ListContainers: async () => message(cri.ListContainersResponse, { containers: [{ id: 'c' }] }),
    ContainerStatus: async () => message(cri.ContainerStatusResponse, { status: { id: 'c', state, logPath: path } }),
    ReopenContainerLog: async () => {
      if (refusals-- > 0) throw new Error('not now');
      appendFileSync(path, '');
      return message(cri.ReopenContainerLogResponse, {});
    },
  };
  const clock = new FakeClock();
  const rules = logRulesOf({ containerLogMaxSize: '10', containerLogMaxFiles: maxFiles });
  return { rotator: new LogRotator({ runtime: { services }, rules, clock, log: silentLogger }), clock };
}

/** Writes, and lets it be put aside. */
async function turn({ rotator, clock }: ReturnType<typeof setup>, text: string): Promise<void> {
  appendFileSync(path, `${text}-0123456789\n`);
  await rotator.step(signal);
  clock.advance(10_000);
}

function readLogs(): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return `${name.endsWith('.gz') ? `gz ${gunzipSync(bytes).toString()}` : bytes.toString()}`.trim();
    });
}

it('leaves what is small', async () => {
  const { rotator } = setup();
  appendFileSync(path, '123456789');
  await rotator.step(signal);
  expect(readLogs()).toEqual(['123456789']);
});

it('puts aside what is large, compresses what was put aside before, and keeps so many', async () => {
  const parts = setup();
  for (const text of ['a', 'b', 'c', 'd', 'e']) await turn(parts, text);
  expect(readLogs()).toEqual(['', 'gz c-0123456789', 'gz d-0123456789', 'e-0123456789']);
  await removeLog(path);
  expect(readdirSync(folder)).toEqual([]);
});

it('takes the log back where the runtime does not begin anew', async () => {
  const parts = setup({ refuses: 1 });
  await turn(parts, 'a');
  expect(readLogs()).toEqual(['a-0123456789']);
  await turn(parts, 'b');
  expect(readLogs()).toEqual(['', 'a-0123456789\nb-0123456789']);
});

it('lets the runtime begin anew where a kubelet ended before it could', async () => {
  const { rotator } = setup();
  renameSync(path, `${path}.20260101-000000`);
  await rotator.step(signal);
  expect(existsSync(path)).toBe(true);
});

describe('a log that is followed', () => {
  const texts: string[] = [];
  async function readOn(files: LogFiles): Promise<string> {
    texts.length = 0;
    for (let bytes = await files.read(true); bytes.length > 0; bytes = await files.read(true)) texts.push(bytes.toString());
    return texts.join('').replaceAll('-0123456789\n', ' ');
  }

  it.each([
    ['once', ['b'], 'a b '],
    ['twice, while nobody read', ['b', 'c'], 'a b c '],
    ['often, so that some are compressed', ['b', 'c', 'd', 'e'], 'a b c d e '],
  ])('is read on when it is put aside %s', async (_how, turns, expected) => {
    const parts = setup({ maxFiles: 10 });
    await turn(parts, 'before');
    appendFileSync(path, 'a-0123456789\n');
    const files = await LogFiles.open(path, undefined);
    try {
      await parts.rotator.step(signal);
      parts.clock.advance(10_000);
      for (const text of turns) await turn(parts, text);
      expect(await readOn(files)).toBe(expected);
      await turn(parts, 'later');
      expect(await readOn(files)).toBe('later ');
      appendFileSync(path, 'last-0123456789\n');
      expect(await readOn(files)).toBe('last ');
    } finally {
      await files.close();
    }
  });

  it('ends with the newest file for those who do not follow', async () => {
    const parts = setup();
    const files = await LogFiles.open(path, undefined);
    await turn(parts, 'a');
    appendFileSync(path, 'b');
    expect((await files.read(false)).toString()).toBe('a-0123456789\n');
    expect((await files.read(false)).toString()).toBe('');
    await files.close();
  });
});
