import type { Writable } from 'node:stream';
import type { Upgrade } from '@typekube/streaming';
import type { ApiRequest, ApiResponse } from './messages';

/** Answers a request for a WebSocket by messages. Undefined if the handshake failed; the response is closed when the client goes. */
export async function openMessages(
  request: ApiRequest,
  response: ApiResponse,
  accept: (upgrade: Upgrade) => Promise<Writable | undefined>,
): Promise<Writable | undefined> {
  const { upgraded } = request;
  if (!upgraded) return undefined;
  response.detachSocket(upgraded.socket);
  upgraded.socket.once('close', () => response.emit('close'));
  const messages = await accept({ request, ...upgraded });
  if (messages) request.context.onUpgraded?.(101);
  return messages;
}
