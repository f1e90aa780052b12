/** Something that lives: it runs until its signal is aborted, then resolves when it is drained. */
export interface Member {
  readonly name: string;
  /** Calls `ready` when those that depend on it may start. A rejection stops everything. */
  run(context: { readonly signal: AbortSignal; readonly ready: () => void }): Promise<void>;
}

/** Members that start together. */
export interface Group {
  readonly name: string;
  readonly members: readonly Member[];
}

/** A member's failure, with its name; the error itself is the cause. */
export class MemberFailed extends Error {
  override readonly name = 'MemberFailed';

  constructor(member: string, cause: unknown) {
    super(`${member}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/**
 * Starts groups in order, each when all members of the one before are ready (or done), and stops them in reverse order when the
 * signal is aborted or a member fails, each when the one after it is drained. Resolves when all have ended; rejects with the
 * first failure.
 */
export async function runGroups(groups: readonly Group[], signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  const failures: MemberFailed[] = [];
  const started: RunningGroup[] = [];
  const onFailure: OnFailure = (failure) => {
    failures.push(failure);
    stop.abort(failure);
  };
  for (const group of groups) {
    if (stopping.aborted) break;
    const running = startGroup(group, onFailure);
    started.push(running);
    await Promise.race([running.ready, aborted(stopping)]);
  }
  await Promise.race([Promise.all(started.map(({ done }) => done)), aborted(stopping)]);
  for (const running of started.reverse()) {
    running.stop(stopping.reason);
    await running.done;
  }
  if (failures[0]) throw failures[0];
}

interface RunningGroup {
  readonly ready: Promise<unknown>;
  readonly done: Promise<unknown>;
  stop(reason: unknown): void;
}

function startGroup(group: Group, onFailure: OnFailure): RunningGroup {
  const controller = new AbortController();
  const members = group.members.map((member) => startMember(member, controller.signal, onFailure));
  return {
    ready: Promise.all(members.map(({ ready }) => ready)),
    done: Promise.all(members.map(({ done }) => done)),
    stop: (reason) => controller.abort(reason),
  };
}

type OnFailure = (failure: MemberFailed) => void;

function startMember(member: Member, signal: AbortSignal, onFailure: OnFailure): { ready: Promise<void>; done: Promise<void> } {
  let markReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (markReady = resolve));
  const done = runMember(member, signal, markReady)
    .catch((error: unknown) => onFailure(new MemberFailed(member.name, error)))
    .finally(markReady);
  return { ready, done };
}

/** A function of its own, so that an error thrown before the first wait is a rejection too. */
async function runMember(member: Member, signal: AbortSignal, ready: () => void): Promise<void> {
  await member.run({ signal, ready });
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
