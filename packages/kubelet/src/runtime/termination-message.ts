import { type FileHandle, open } from 'node:fs/promises';
import { formatLine, parseLogLine } from '../server/log-lines';
import { isMissing } from '../program';

/** As upstream's MaxContainerTerminationMessageLength and MaxContainerTerminationMessageLogLines. */
const MAX_BYTES = 4096;
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;

export interface TerminationMessageInput {
  /** The file that the container may have written. */
  readonly file: string;
  readonly policy: string;
  readonly exitCode: number;
  readonly logPath: string;
}

/** The last words of a container: its message file, else the end of its log where its policy says so and it failed. */
export async function terminationMessage({ file, policy, exitCode, logPath }: TerminationMessageInput): Promise<string> {
  const written = file ? await readPart(file, 'start', MAX_BYTES) : '';
  if (written || policy !== 'FallbackToLogsOnError' || exitCode === 0) return written;
  const lines = (await readPart(logPath, 'end', MAX_LOG_BYTES * 2)).split('\n').slice(-MAX_LOG_LINES - 1);
  const texts = lines.flatMap((text) => {
    const line = parseLogLine(Buffer.from(text));
    return line ? [formatLine(line, false)] : [];
  });
  return Buffer.concat(texts).subarray(-MAX_LOG_BYTES).toString('utf8');
}

async function readPart(path: string, from: 'start' | 'end', length: number): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      return await readEnd(file, from, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function readEnd(file: FileHandle, from: 'start' | 'end', length: number): Promise<string> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.min(size, length));
  await file.read(buffer, 0, buffer.length, from === 'start' ? 0 : size - buffer.length);
  return buffer.toString('utf8');
}
