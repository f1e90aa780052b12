import type { Socket } from 'node:net';

/** What a server has answered to a request to upgrade. */
export interface UpgradeAnswer {
  readonly status: number;
  /** The bytes of the head with its end, as they came. */
  readonly head: Buffer;
  /** What came behind it already. */
  readonly rest: Buffer;
}

const MAX_HEAD_BYTES = 64 * 1024;
const END = '\r\n\r\n';

/** Reads an answer's head. Rejects when the connection ends before it, when it is too long, and after the timeout. */
export function readUpgradeAnswer(socket: Socket, timeoutMs: number): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const fail = (message: string): void => finish(() => reject(new Error(message)));
    const onError = (error: Error): void => finish(() => reject(error));
    const onClose = (): void => fail('the connection was closed before the answer');
    const timer = setTimeout(() => fail(`no answer after ${timeoutMs / 1000} s`), timeoutMs);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf(END);
      if (end === -1) return received.length > MAX_HEAD_BYTES ? fail('the head of the answer is too long') : undefined;
      socket.pause();
      const head = received.subarray(0, end + END.length);
      const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1')) ?? [];
      if (!status) return fail('the answer is not HTTP');
      finish(() => resolve({ status: Number(status), head, rest: received.subarray(end + END.length) }));
    };
    socket.on('data', onData).once('error', onError).once('close', onClose);
  });
}
