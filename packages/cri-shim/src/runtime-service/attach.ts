import type { cri } from '@typekube/cri-api';
import { acceptRemoteCommand, type Upgrade } from '@typekube/streaming';
import { requireContainer, type Shim } from '../shim';
import { closeInput } from '../streams/fifos';
import { checkStreams } from './exec';

/** Gives a URL at which a client sees and feeds the container's own process. */
export async function attach(shim: Shim, request: cri.AttachRequest): Promise<cri.IAttachResponse> {
  const { id, life } = requireContainer(shim, request.containerId);
  checkStreams(request);
  if (life.at !== 'running') throw new Error(`container is in ${life.at === 'created' ? 'CONTAINER_CREATED' : 'CONTAINER_EXITED'} state`);
  return { url: shim.sessions.offer('attach', (upgrade) => serveAttach(shim, id, request, upgrade)) };
}

/** Output is passed on as it comes; what a slow client does not take is kept in memory, so that the log is never held back. */
async function serveAttach(shim: Shim, id: string, { tty, stdin, stdout, stderr }: cri.AttachRequest, upgrade: Upgrade): Promise<void> {
  const session = await acceptRemoteCommand(upgrade, { tty, stdin, stdout, stderr });
  if (!session) return;
  const { supervisor, backend } = shim;
  const exited = supervisor.exited(id);
  const stop = supervisor.listen(id, (stream, chunk) => session[stream]?.write(chunk));
  session.onResize((size) => void backend.resize({ containerId: id }, size).catch(() => undefined));
  const input = session.stdin && (await supervisor.stdin(id));
  if (input) {
    input.on('error', () => session.stdin?.resume());
    session.stdin?.pipe(input, { end: false });
    const { config } = requireContainer(shim, id);
    const end = async (): Promise<void> => {
      await closeInput(input);
      await backend.closeStdin({ containerId: id });
    };
    session.stdin?.once('end', () => config.stdinOnce && void end().catch(() => input.destroy()));
  }
  await Promise.race([exited, session.closed]);
  stop();
  await session.finish({ exitCode: 0 });
}
