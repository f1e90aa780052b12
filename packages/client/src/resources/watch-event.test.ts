import { Readable } from 'node:stream';
import type { WireResponse } from '../transport/http-message';
import { readWatch } from './watch-event';

function responseOf(chunks: readonly string[], truncated = false): WireResponse {
  const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return { status: 200, headers: {}, body, isTruncated: () => truncated };
}

async function read(chunks: readonly string[], truncated = false): Promise<string[]> {
  const seen: string[] = [];
  try {
    for await (const { type, object } of readWatch(responseOf(chunks, truncated))) seen.push(`${type} ${object.metadata.name}`);
  } catch (error) {
    seen.push(String(error));
  }
  return seen;
}

const event = (type: string, name: string): string =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name } } })}\n`;
const gone = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'too old', reason: 'Expired', code: 410 };

it.each<[string, readonly string[], boolean, string[]]>([
  ['events in one chunk', [event('ADDED', 'a') + event('DELETED', 'b')], false, ['ADDED a', 'DELETED b']],
  ['events over several chunks', Array.from(event('ADDED', 'ä') + event('MODIFIED', 'b')), false, ['ADDED ä', 'MODIFIED b']],
  ['empty lines', ['\n\n', event('BOOKMARK', 'a')], false, ['BOOKMARK a']],
  ['an error event', [`${JSON.stringify({ type: 'ERROR', object: gone })}\n`], false, ['StatusError: too old']],
  ['an unknown type', [event('NEW', 'a')], false, ['TypeError: the server sent a watch event of unknown type "NEW"']],
  ['half an event at the end', [event('ADDED', 'a').slice(0, -5)], false, ['ConnectionError: reading a watch: unexpected EOF']],
  ['a connection that broke', [event('ADDED', 'a')], true, ['ADDED a', 'ConnectionError: reading a watch: unexpected EOF']],
])('reads %s', async (_, chunks, truncated, expected) => {
  expect(await read(chunks, truncated)).toEqual(expected);
});
