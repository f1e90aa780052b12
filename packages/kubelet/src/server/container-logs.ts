import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFiles } from '../logs/log-files';
import { findContainer, type Pod, uidOf } from '../objects';
import { isMissing } from '../program';
import type { ContainerState } from '../runtime/pod-state';
import type { Runtime } from '../runtime/runtime';
import { HttpError } from './http-error';
import { formatLine, LineReader, parseLogLine } from './log-lines';

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  /** In milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

export interface LogRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly options: LogOptions;
  readonly runtime: Pick<Runtime, 'podState'>;
}

/** Reads the query of a PodLogOptions. Throws an HttpError. */
export function parseLogOptions(query: URLSearchParams): LogOptions {
  const isSet = (name: string): boolean => isTrue(query.get(name));
  const sinceSeconds = count(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime');
  const since = sinceSeconds === undefined ? (sinceTime ? Date.parse(sinceTime) : undefined) : Date.now() - sinceSeconds * 1000;
  const stream = query.get('stream');
  return {
    follow: isSet('follow'),
    previous: isSet('previous'),
    timestamps: isSet('timestamps'),
    tailLines: count(query, 'tailLines'),
    limitBytes: count(query, 'limitBytes'),
    since,
    stream: stream === 'Stdout' || stream === 'Stderr' ? stream : 'All',
  };
}

/** As parameters of the API are read: whatever is there and is not a no. Clients write yes as they like (Python's `True`). */
function isTrue(text: string | null): boolean {
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new HttpError(400, `invalid value for ${name}: "${text}"`);
  return value;
}

const POLL_MILLISECONDS = 100;

/** Sends the log of a container, and what comes with `follow`. Rejects with an HttpError before anything is sent. */
export async function streamLogs(request: LogRequest, response: ServerResponse): Promise<void> {
  const status = await findStatus(request);
  let files: LogFiles;
  try {
    files = await LogFiles.open(status.logPath, request.options.tailLines);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new HttpError(
      500,
      `failed to try resolving symlinks in path "${status.logPath}": lstat ${status.logPath}: no such file or directory`,
    );
  }
  try {
    response.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    await send(request, { status, files, response });
    response.end();
  } finally {
    await files.close();
  }
}

async function findStatus({ pod, container, options, runtime }: LogRequest): Promise<ContainerState> {
  const name = pod.metadata.name ?? '';
  if (!findContainer(pod, container)) throw new HttpError(404, `container "${container}" not found in pod "${name}"`);
  const { containers } = await runtime.podState(uidOf(pod));
  const all = containers.filter((status) => status.name === container);
  const found = options.previous
    ? all.find((status, position) => position > 0 || (status.state === 'exited' && all.length === 1))
    : all.find(({ state }) => state !== 'created');
  if (found) return found;
  if (options.previous) throw new HttpError(400, `previous terminated container "${container}" in pod "${name}" not found`);
  throw new HttpError(400, `container "${container}" in pod "${name}" is waiting to start: ${waitingText(pod, container)}`);
}

/** What is said instead of the most frequent reasons, as upstream's validateContainerLogStatus. */
const WAITING_TEXTS: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

export function waitingText({ status = {} }: Pod, name: string): string {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  const reason = all.find((each) => each.name === name)?.state?.waiting?.reason ?? 'ContainerCreating';
  return WAITING_TEXTS[reason] ?? reason;
}

interface Sending {
  readonly status: ContainerState;
  readonly files: LogFiles;
  readonly response: ServerResponse;
}

async function send({ options, runtime, pod }: LogRequest, { status, files, response }: Sending): Promise<void> {
  const lines = new LineReader();
  let left = options.limitBytes ?? Infinity;
  // What comes while the last lines are sent is not among them.
  let linesLeft = options.follow ? Infinity : (options.tailLines ?? Infinity);
  for (let isEnding = false; !response.destroyed && left > 0 && linesLeft > 0;) {
    const bytes = await files.read(options.follow);
    const texts = lines.take(bytes).slice(0, linesLeft);
    linesLeft -= texts.length;
    for (const text of texts) {
      const line = parseLogLine(text);
      const isWanted =
        line &&
        (options.stream === 'All' || line.stream === options.stream.toLowerCase()) &&
        (options.since === undefined || line.time >= options.since);
      if (!isWanted) continue;
      const shown = formatLine(line, options.timestamps).subarray(0, left);
      left -= shown.length;
      if (shown.length && !response.write(shown)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    if (bytes.length > 0) continue;
    if (!options.follow || isEnding) return;
    // What was written before it ended is read once more.
    isEnding = !(await isRunning(runtime, pod, status.id));
    if (!isEnding) await sleep(POLL_MILLISECONDS);
  }
}

async function isRunning(runtime: LogRequest['runtime'], pod: Pod, id: string): Promise<boolean> {
  const { containers } = await runtime.podState(uidOf(pod));
  return containers.some((container) => container.id === id && container.state === 'running');
}
