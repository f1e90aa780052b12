import { getSystemErrorMap, getSystemErrorName } from 'node:util';
import koffi from 'koffi';

const libc = koffi.load(null);

/** Calls of the C library: each takes microseconds, where running a program means to copy this process first. */
export const calls = {
  mount: libc.func('int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)'),
  umount2: libc.func('int umount2(const char *target, int flags)'),
  unshare: libc.func('int unshare(int flags)'),
  setns: libc.func('int setns(int fd, int type)'),
  sethostname: libc.func('int sethostname(const char *name, size_t length)'),
  mkfifo: libc.func('int mkfifo(const char *path, unsigned int mode)'),
  socket: libc.func('int socket(int domain, int type, int protocol)'),
  pipe2: libc.func('int pipe2(_Out_ int *ends, int flags)'),
  waitpid: libc.func('int waitpid(int pid, _Out_ int *status, int options)'),
  posix_spawn: libc.func(
    'int posix_spawn(_Out_ int *pid, const char *path, const uint8_t *actions, const uint8_t *attributes, const char **args, const char **env)',
  ),
  posix_spawn_file_actions_init: libc.func('int posix_spawn_file_actions_init(_Inout_ uint8_t *actions)'),
  posix_spawn_file_actions_adddup2: libc.func('int posix_spawn_file_actions_adddup2(_Inout_ uint8_t *actions, int from, int to)'),
  posix_spawn_file_actions_destroy: libc.func('int posix_spawn_file_actions_destroy(_Inout_ uint8_t *actions)'),
  posix_spawnattr_init: libc.func('int posix_spawnattr_init(_Inout_ uint8_t *attributes)'),
  posix_spawnattr_setflags: libc.func('int posix_spawnattr_setflags(_Inout_ uint8_t *attributes, short flags)'),
  posix_spawnattr_setsigdefault: libc.func('int posix_spawnattr_setsigdefault(_Inout_ uint8_t *attributes, const uint8_t *signals)'),
  posix_spawnattr_setsigmask: libc.func('int posix_spawnattr_setsigmask(_Inout_ uint8_t *attributes, const uint8_t *signals)'),
  syscall: libc.func('long syscall(long number, long first, long second, long third, long fourth)'),
  ioctl: libc.func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)'),
} satisfies Readonly<Record<string, (...args: never[]) => number>>;

/** A call of the system failed. `code` is as node's own errors have it: `EBUSY`. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly code: string;

  constructor(what: string, errno: number) {
    const [, text] = getSystemErrorMap().get(-errno) ?? [];
    super(`${what}: ${text ?? `error ${errno}`}`);
    this.code = getSystemErrorName(-errno);
  }
}

/** As a call on another thread, for one that may wait for others in the kernel: what is left to know of a failure is that there was one. */
export function ioctlLater(file: number, request: number, argument: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    calls.ioctl.async(file, request, argument, (error: Error | null, result: number) => (error ? reject(error) : resolve(result !== -1)));
  });
}

/** Gives the call's result; throws where it is -1. */
export function check(result: number, what: string): number {
  if (result === -1) throw new SystemCallError(what, koffi.errno());
  return result;
}
