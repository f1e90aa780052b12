import { closeSync } from 'node:fs';
import { calls, check, SystemCallError } from './libc';

/** The same on all architectures. */
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;

/**
 * Sends a signal to the process of that number, if it is the one that is meant: numbers are used again, so `isMeant` looks at the process once nothing else
 * can take its place. Gives false where there is no such process. Throws where the kernel is too old (5.3).
 */
export function signalProcess(pid: number, signal: number, isMeant: () => boolean): boolean {
  try {
    const file = check(Number(calls.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0)), `opening the process ${pid}`);
    try {
      if (!isMeant()) return false;
      check(Number(calls.syscall(SYS_PIDFD_SEND_SIGNAL, file, signal, 0, 0)), `sending signal ${signal} to the process ${pid}`);
      return true;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof SystemCallError && error.code === 'ESRCH') return false;
    throw error;
  }
}
