import { EventEmitter } from 'node:events';
import { booleanFlag } from '../config/flag-types';
import { section } from '../config/flags';
import { type Group, type Member, runGroups } from './group';
import { runToExitCode } from './run';
import { shutdownSignal, SignalReceived, type SignalSource } from './signals';

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

function member(name: string, log: string[]): Member {
  return {
    name,
    async run({ signal, ready }) {
      log.push(`+${name}`);
      ready();
      await untilAborted(signal);
      log.push(`-${name}`);
    },
  };
}

function groupsOf(...members: Member[]): Group[] {
  return members.map((each) => ({ name: each.name, members: [each] }));
}

describe('runGroups', () => {
  it('starts in order and stops in reverse', async () => {
    const log: string[] = [];
    const controller = new AbortController();
    const last: Member = {
      name: 'last',
      async run({ signal, ready }) {
        ready();
        controller.abort(new Error('done'));
        await untilAborted(signal);
        log.push('-last');
      },
    };
    await runGroups(groupsOf(member('a', log), member('b', log), last), controller.signal);
    expect(log).toEqual(['+a', '+b', '-last', '-b', '-a']);
  });

  it('stops all when one fails, and says which', async () => {
    const log: string[] = [];
    const failing: Member = { name: 'store', run: () => Promise.reject(new Error('disk full')) };
    const failure = new Error('disk full');
    await expect(runGroups(groupsOf(member('a', log), failing, member('never', log)), new AbortController().signal)).rejects.toThrow(
      expect.objectContaining({ message: 'store: disk full', cause: failure }),
    );
    expect(log).toEqual(['+a', '-a']);
  });

  it('takes an error thrown at once for a failure', async () => {
    const throwing: Member = {
      name: 'x',
      run() {
        throw new Error('at once');
      },
    };
    await expect(runGroups(groupsOf(throwing), new AbortController().signal)).rejects.toThrow('x: at once');
  });

  it('ends when all have ended by themselves', async () => {
    const brief: Member = { name: 'brief', run: async () => undefined };
    await expect(runGroups(groupsOf(brief, brief), new AbortController().signal)).resolves.toBeUndefined();
  });

  it('starts nothing after the signal', async () => {
    const log: string[] = [];
    await runGroups(groupsOf(member('a', log)), AbortSignal.abort());
    expect(log).toEqual([]);
  });
});

class FakeProcess extends EventEmitter implements SignalSource {
  readonly codes: number[] = [];

  exit(code: number): void {
    this.codes.push(code);
  }
}

it('aborts at the first signal and exits at the second', () => {
  const source = new FakeProcess();
  const { signal, close } = shutdownSignal(source);
  expect(signal.aborted).toBe(false);
  source.emit('SIGTERM', 'SIGTERM');
  expect(signal.reason).toEqual(new SignalReceived('SIGTERM'));
  expect(signal.reason).toMatchObject({ message: 'received SIGTERM', code: 15 });
  expect(source.codes).toEqual([]);
  source.emit('SIGINT', 'SIGINT');
  expect(source.codes).toEqual([1]);
  close();
  expect(source.listenerCount('SIGINT')).toBe(0);
});

describe('runToExitCode', () => {
  const program = { name: 'x', description: 'X.', sections: { a: section('A', { fail: booleanFlag({ default: false, help: '' }) }) } };
  let written: string[];
  beforeEach(() => {
    written = [];
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    }
  });
  afterEach(() => jest.restoreAllMocks());

  it.each<[string[], number, string[]]>([
    [[], 0, []],
    [['--version'], 0, ['Kubernetes v1.36.0\n']],
    [['--nope'], 1, ['Error: unknown flag: --nope\n']],
    [['--fail'], 1, ['Error: it failed\n']],
  ])('%j', async (argv, code, output) => {
    const main = async (options: { a: { fail: boolean } }): Promise<void> => {
      if (options.a.fail) throw new Error('it failed');
    };
    expect(await runToExitCode(program, main, argv)).toBe(code);
    expect(written).toEqual(output);
  });

  it('keeps the process alive while nothing else does: a kubelet that waited for its runtime by the clock alone ended, with 0', async () => {
    const holding = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = holding();
    let end = (): void => undefined;
    const ended = runToExitCode(program, () => new Promise((resolve) => (end = resolve)), []);
    expect(holding()).toBe(before + 1);
    end();
    expect(await ended).toBe(0);
    expect(holding()).toBe(before);
  });
});
