import type { Http2Session } from 'node:http2';

export interface Patience {
  /** So long nothing may happen on a connection before its client is asked whether it is there. */
  readonly quietMs: number;
  /** So long it has for its answer. */
  readonly answerMs: number;
}

const DEFAULT_PATIENCE: Patience = { quietMs: 60_000, answerMs: 15_000 };

/**
 * Ends a connection of HTTP/2 whose client does not answer a ping. Node says nothing when it has given a connection up because its client broke
 * the protocol, and does not read from it any more, not even its end; and a client that has lost its power never says so itself.
 */
export function endWhenDead(session: Http2Session, { quietMs, answerMs }: Patience = DEFAULT_PATIENCE): void {
  let timer: NodeJS.Timeout | undefined;
  session.on('close', () => clearTimeout(timer));
  session.on('timeout', () => {
    if (timer || session.destroyed) return;
    timer = setTimeout(() => session.destroy(), answerMs);
    session.ping((error) => {
      clearTimeout(timer);
      timer = undefined;
      if (error) session.destroy();
      else session.setTimeout(quietMs);
    });
  });
  session.setTimeout(quietMs);
}
