import { decodeEnvelope, encodeEnvelope } from './envelope';
import { encodeListMessage, encodeWatchFrame } from './list-and-watch';

describe('envelope', () => {
  const envelope = { apiVersion: 'v1', kind: 'Pod', raw: Buffer.from('0a00', 'hex') };
  const bytes = Buffer.from('6b387300' + '0a09' + '0a027631' + '1203506f64' + '12020a00' + '1a00' + '2200', 'hex');

  it('is that of Go', () => {
    expect(encodeEnvelope(envelope)).toEqual(bytes);
    expect(decodeEnvelope(bytes)).toEqual(envelope);
  });

  it('may tell nothing', () => {
    expect(decodeEnvelope(Buffer.from('k8s\0'))).toEqual({ apiVersion: '', kind: '', raw: Buffer.alloc(0) });
  });

  it.each([
    ['', 'empty data'],
    ['{"kind":"Pod"}', 'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]'],
    ['k8s\0\n', 'unexpected EOF'],
  ])('refuses %j', (text, message) => {
    expect(() => decodeEnvelope(Buffer.from(text))).toThrow(message);
  });
});

it('joins encoded items to a list', () => {
  const list = encodeListMessage(Buffer.from('m'), [Buffer.from('a'), Buffer.from('bc')]);
  expect(list.toString('hex')).toBe('0a016d' + '120161' + '12026263');
});

it('frames the event of a watch with its length', () => {
  const frame = encodeWatchFrame('ADDED', Buffer.from('x'));
  expect(frame.toString('hex')).toBe('0000000c' + '0a054144444544' + '12030a0178');
});
