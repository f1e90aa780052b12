import type { Handler } from '../handlers/handlers';
import { badVersion, fit, headerOnly, response } from './message';
import { isResponse, opcodeOf, parseQuery, type Query, type Transport } from './query';
import { CLASS_IN, HEADER_BYTES, MalformedMessage, Rcode, Type } from './wire';

/** Is told of every message that was answered. */
export type OnAnswered = (answered: {
  readonly transport: Transport;
  readonly family: 'IPv4' | 'IPv6';
  /** Absent for one that could not be read. */
  readonly query: Query | undefined;
  readonly requestBytes: number;
  readonly response: Buffer;
  readonly milliseconds: number;
}) => void;

export interface Received {
  readonly bytes: Buffer;
  readonly transport: Transport;
}

/** What goes back for the bytes that came; undefined: nothing. It never throws, whatever came; the handler must not either. */
export function answerTo({ bytes, transport }: Received, handler: Handler): { readonly query?: Query; readonly answer: Buffer | Promise<Buffer> } | undefined {
  // An answer to an answer could go back and forth for ever.
  if (bytes.length < HEADER_BYTES || isResponse(bytes.readUInt16BE(2))) return undefined;
  if (opcodeOf(bytes.readUInt16BE(2)) !== 0) return { answer: headerOnly(bytes, Rcode.NotImp) };
  const query = readQuery(bytes, transport);
  if (!query) return { answer: headerOnly(bytes, Rcode.FormErr) };
  const answer = refusal(query) ?? handler(query);
  return { query, answer: answer instanceof Promise ? answer.then((message) => fit(message, query)) : fit(answer, query) };
}

function readQuery(bytes: Buffer, transport: Transport): Query | undefined {
  try {
    return parseQuery(bytes, transport);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

/** What no handler has to look at. */
function refusal(query: Query): Buffer | undefined {
  const { type, class: asked } = query.question;
  if (query.edns && query.edns.version !== 0) return badVersion(query);
  const isTransfer = type === Type.AXFR || type === Type.IXFR;
  return asked !== CLASS_IN || isTransfer ? response(query, { rcode: Rcode.Refused }) : undefined;
}
