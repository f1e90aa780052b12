import { finished } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import { constants } from 'node:os';
import type { cri } from '@typekube/cri-api';
import { acceptRemoteCommand, type RemoteCommandSession, type Upgrade } from '@typekube/streaming';
import { openExec, type RunningExec } from '../container/exec';
import { detailsOf, invalid } from '../errors';
import { requireContainer, type Shim } from '../shim';

/** Gives a URL at which the command runs, with its streams. */
export async function exec(shim: Shim, request: cri.ExecRequest): Promise<cri.IExecResponse> {
  const { id, life } = requireContainer(shim, request.containerId);
  checkStreams(request);
  if (!request.cmd.length) throw invalid('command cannot be empty');
  if (life.at !== 'running') throw new Error(`container is in ${life.at === 'created' ? 'CONTAINER_CREATED' : 'CONTAINER_EXITED'} state`);
  return { url: shim.sessions.offer('exec', (upgrade) => serveExec(shim, id, request, upgrade)) };
}

/** CRI's rules of which streams may be asked for together. */
export function checkStreams({ tty, stdin, stdout, stderr }: Pick<cri.ExecRequest, 'tty' | 'stdin' | 'stdout' | 'stderr'>): void {
  if (tty && stderr) throw invalid('tty and stderr cannot both be true');
  if (!stdin && !stdout && !stderr) throw invalid('one of stdin, stdout, or stderr must be set');
}

async function serveExec(shim: Shim, id: string, { cmd, tty, stdin, stdout, stderr }: cri.ExecRequest, upgrade: Upgrade): Promise<void> {
  const session = await acceptRemoteCommand(upgrade, { tty, stdin, stdout, stderr });
  if (!session) return;
  let running: RunningExec;
  try {
    running = await openExec(shim, requireContainer(shim, id), { command: cmd, terminal: tty, stdin, stdout, stderr });
  } catch (error) {
    await session.finish({ error: `error executing command in container: ${detailsOf(error)}` });
    return;
  }
  const outputs = [copy(running.stdout, session.stdout), copy(running.stderr, session.stderr)];
  passInput(session, running);
  session.onResize(({ width, height }) => void running.resize(width, height).catch((error: unknown) => shim.log.v(4)?.info('A terminal could not be resized', { error: detailsOf(error) })));
  // A client that is gone can no longer end the command: with a terminal it gets the hangup that its end means.
  if (tty) void session.closed.then(() => running.kill(constants.signals.SIGHUP)).catch(() => undefined);
  const exit = await running.exited;
  await Promise.all(outputs);
  await session.finish({ exitCode: exit.code });
}

/** Input that the command does not read any more is thrown away. */
function passInput({ stdin: from }: RemoteCommandSession, { stdin: to, endInput }: RunningExec): void {
  if (!from || !to) return;
  to.on('error', () => from.resume());
  from.pipe(to, { end: false });
  from.once('end', () => void endInput().catch(() => to.destroy()));
}

/** Copies an output to the client; one that is gone does not hold the command back. */
export async function copy(from: Readable | undefined, to: Writable | undefined): Promise<void> {
  if (!from) return;
  if (!to) {
    from.resume();
    return;
  }
  to.on('error', () => from.resume());
  to.once('close', () => from.resume());
  from.pipe(to, { end: false });
  await finished(from, { writable: false }).catch(() => undefined);
}
