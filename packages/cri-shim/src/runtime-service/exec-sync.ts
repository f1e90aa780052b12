import type { cri } from '@typekube/cri-api';
import { status } from '@grpc/grpc-js';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants } from 'node:os';
import { openExec } from '../container/exec';
import { invalid, RpcError } from '../errors';
import { requireContainer, type Shim } from '../shim';

/** More is read, but not given: the command goes on undisturbed (CVE-2022-1708). */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Leaves room for both outputs in a message of the same limit. */
const MAX_TOTAL_BYTES = MAX_OUTPUT_BYTES - 64 * 1024;

/** Runs a command in a running container to its end and gives what it wrote. One that takes longer than its time, in seconds, is killed. */
export async function execSync(shim: Shim, { containerId, cmd, timeout }: cri.ExecSyncRequest): Promise<cri.IExecSyncResponse> {
  if (!cmd.length) throw invalid('command cannot be empty');
  const record = requireContainer(shim, containerId);
  const exec = await openExec(shim, record, { command: cmd, terminal: false, stdin: false, stdout: true, stderr: true });
  const stdout = capped(MAX_TOTAL_BYTES);
  const stderr = capped(MAX_TOTAL_BYTES);
  exec.stdout?.on('data', stdout.take);
  exec.stderr?.on('data', stderr.take);
  const timer = new AbortController();
  const late = timeout > 0 ? sleep(timeout * 1000, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const) : undefined;
  try {
    const outcome = await (late ? Promise.race([exec.exited, late]) : exec.exited);
    if (outcome !== 'late') return { stdout: stdout.bytes(), stderr: stderr.bytes(), exitCode: outcome.code };
    await exec.kill(constants.signals.SIGKILL);
    await exec.exited;
    throw new RpcError(status.DEADLINE_EXCEEDED, `failed to exec in container: timeout ${timeout}s exceeded: context deadline exceeded`);
  } finally {
    timer.abort();
  }
}

function capped(limit: number): { take: (chunk: Buffer) => void; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    take: (chunk) => {
      const part = chunk.subarray(0, Math.max(0, limit - size));
      size += part.length;
      if (part.length) chunks.push(part);
    },
    bytes: () => Buffer.concat(chunks),
  };
}
