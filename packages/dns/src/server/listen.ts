import type { Logger } from '@typekube/component-base';
import type { Received } from './answer';

/** What is to go back for a message; undefined: nothing. It does not throw. */
export type Respond = (received: Received & { readonly family: 'IPv4' | 'IPv6' }) => Buffer | undefined | Promise<Buffer>;

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly respond: Respond;
  readonly onListening: (port: number) => void;
  readonly log: Logger;
}
