/** What the channels of exec and attach look like on a WebSocket. */
export interface ChannelProtocol {
  readonly name: string;
  /** Messages are text: the channel as a digit, then base64. */
  readonly isBase64: boolean;
  /** The error channel tells the outcome as a status object. Before version 4 it held a text, and nothing on success. */
  readonly hasStatus: boolean;
}

/** The best first. Version 5 can close the input alone; those before version 4 are what dashboards speak, and a client that names none. */
const PROTOCOLS: readonly ChannelProtocol[] = [
  { name: 'v5.channel.k8s.io', isBase64: false, hasStatus: true },
  { name: 'v4.channel.k8s.io', isBase64: false, hasStatus: true },
  { name: 'v4.base64.channel.k8s.io', isBase64: true, hasStatus: true },
  { name: 'channel.k8s.io', isBase64: false, hasStatus: false },
  { name: 'base64.channel.k8s.io', isBase64: true, hasStatus: false },
];

export const WEBSOCKET_REMOTE_COMMAND = PROTOCOLS.map(({ name }) => name);

/** Of those that a client asks for the best; undefined where we have none of them. */
export function chooseChannelProtocol(asked: readonly string[]): ChannelProtocol | undefined {
  return PROTOCOLS.find(({ name }) => (asked.length ? asked.includes(name) : name === 'channel.k8s.io'));
}

const ZERO = 0x30;

export function encodeMessage({ isBase64 }: ChannelProtocol, channel: number, content: Buffer): Buffer {
  if (!isBase64) return Buffer.concat([Buffer.from([channel]), content]);
  return Buffer.from(`${channel}${content.toString('base64')}`);
}

/** An empty message is of no channel. */
export function decodeMessage({ isBase64 }: ChannelProtocol, message: Buffer): { readonly channel: number | undefined; readonly content: Buffer } {
  const [first] = message;
  const content = message.subarray(1);
  if (!isBase64 || first === undefined) return { channel: first, content };
  return { channel: first - ZERO, content: Buffer.from(content.toString('latin1'), 'base64') };
}
