import { closeSync, openSync } from 'node:fs';
import { calls, check, ioctlLater } from './libc';

const KINDS = {
  net: 0x40000000,
  ipc: 0x08000000,
  uts: 0x04000000,
} as const;

export type NamespaceKind = keyof typeof KINDS;

/** The calling thread's namespace of a kind. */
export function ownNamespace(kind: NamespaceKind): string {
  return `/proc/thread-self/ns/${kind}`;
}

/**
 * Makes new namespaces of these kinds and calls `setUp` inside of them, then goes back. They last as long as `setUp` has pinned them. It must not wait:
 * only the calling thread is inside, which other work of this process must not be.
 */
export function inNewNamespaces(kinds: readonly NamespaceKind[], setUp: () => void): void {
  const outside: { kind: NamespaceKind; file: number }[] = [];
  try {
    for (const kind of kinds) outside.push({ kind, file: openSync(ownNamespace(kind), 'r') });
    check(calls.unshare(kinds.reduce((flags, kind) => flags | KINDS[kind], 0)), `making namespaces (${kinds.join(', ')})`);
    try {
      setUp();
    } finally {
      for (const { kind, file } of outside) goBack(kind, file);
    }
  } finally {
    for (const { file } of outside) closeSync(file);
  }
}

/** A process that cannot leave a pod's namespaces would do everything else in them: better none. */
function goBack(kind: NamespaceKind, file: number): void {
  if (calls.setns(file, KINDS[kind]) !== 0) process.abort();
}

/** The host name of the calling thread's UTS namespace. */
export function setHostname(name: string): void {
  check(calls.sethostname(name, Buffer.byteLength(name)), `setting the host name ${name}`);
}

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const IFF_RUNNING = 0x40;
/** `struct ifreq`: a name of 16 bytes, then the flags. */
const REQUEST_BYTES = 40;
const FLAGS_OFFSET = 16;

/** A socket by which the calling thread's network namespace can be set up, also from outside of it later. */
export function networkControl(): number {
  return check(calls.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 'opening a socket');
}

/** Starts the loopback interface of the socket's network namespace, and closes the socket. The kernel lets only one change interfaces at a time. */
export async function startLoopback(control: number): Promise<void> {
  try {
    const request = Buffer.alloc(REQUEST_BYTES);
    request.write('lo');
    request.writeUInt16LE(IFF_UP | IFF_RUNNING, FLAGS_OFFSET);
    if (!(await ioctlLater(control, SIOCSIFFLAGS, request))) throw new Error('the loopback interface could not be started');
  } finally {
    closeSync(control);
  }
}
