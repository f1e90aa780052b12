import { encode } from 'dns-packet';
import fc from 'fast-check';
import { answerTo } from './answer';
import type { Handler } from '../handlers/handlers';
import { fit, type ResourceRecord, response } from './message';
import { query, requestBytes, textOf } from '../testing/packets';
import { Rcode } from './wire';

const NAME = 'many.default.svc.cluster.local';
const records = (count: number): ResourceRecord[] => Array.from({ length: count }, (_, i) => ({ owner: NAME, type: 'A', ttl: 5, data: `10.0.${i >> 8}.${i & 255}` }));
const handler: Handler = (asked) => response(asked, { rcode: Rcode.NoError, answers: records(1) });

const answerBytes = async (bytes: Buffer): Promise<Buffer | undefined> => answerTo({ bytes, transport: 'udp' }, handler)?.answer;

describe('what is answered without a look at the name', () => {
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = requestBytes('a.b', 'A', { payloadSize: 1232 });
    change(bytes);
    return bytes;
  };

  it.each<[string, Buffer, string | undefined]>([
    ['too short', Buffer.alloc(11), undefined],
    ['a response', changed((bytes) => bytes.writeUInt16BE(0x8000, 2)), undefined],
    ['an update', changed((bytes) => bytes.writeUInt16BE(5 << 11, 2)), 'NOTIMP'],
    ['no question', changed((bytes) => bytes.writeUInt16BE(0, 4)), 'FORMERR'],
    ['two questions', changed((bytes) => bytes.writeUInt16BE(2, 4)), 'FORMERR'],
    ['more records than there are', changed((bytes) => bytes.writeUInt16BE(9, 10)), 'FORMERR'],
    ['a pointer to itself', changed((bytes) => bytes.writeUInt16BE(0xc00c, 12)), 'FORMERR'],
    ['another class', changed((bytes) => bytes.writeUInt16BE(3, 19)), 'REFUSED'],
    ['a transfer', requestBytes('cluster.local', 'AXFR'), 'REFUSED'],
  ])('%s', async (_, bytes, expected) => {
    const answer = await answerBytes(bytes);
    expect(answer && textOf(answer).split(' ')[0]).toBe(expected);
    if (answer) expect(answer.readUInt16BE(0)).toBe(bytes.readUInt16BE(0));
  });

  it('a newer EDNS', async () => {
    const answer = await answerBytes(changed((bytes) => (bytes[bytes.length - 5] = 1)));
    expect(answer?.at(-6)).toBe(1);
  });
});

it('survives whatever comes', async () => {
  const valid = requestBytes(NAME, 'A', { payloadSize: 1232 });
  const spoilt = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
    const bytes = Buffer.from(valid);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array)), spoilt);
  await fc.assert(
    fc.asyncProperty(bytes, async (request) => {
      const answer = await answerBytes(request);
      expect(answer === undefined || answer.length >= 12).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

describe('answers that are too long', () => {
  it.each<[string, number, object, string, number]>([
    ['512 bytes without EDNS', 40, {}, 'tc', 29],
    ['as much as the client takes', 40, { payloadSize: 1232 }, '', 40],
    ['no less than 512 bytes', 40, { payloadSize: 10 }, 'tc', 28],
    ['all of it over TCP', 2000, { transport: 'tcp' }, '', 2000],
    ['as much as a message over TCP can be', 5000, { transport: 'tcp' }, 'tc', 4092],
  ])('%s', (_, count, asked, flag, expected) => {
    const request = query(NAME, 'A', asked);
    const text = textOf(fit(response(request, { rcode: Rcode.NoError, answers: records(count) }), request));
    expect(text.split(' | ')).toHaveLength(expected + 1);
    expect(text.split(' | ')[0]).toBe(['NOERROR', flag].filter(Boolean).join(' '));
  });

  it('leave out additional records without a sign', () => {
    const request = query(NAME, 'A');
    const message = fit(response(request, { rcode: Rcode.NoError, answers: records(5), additionals: records(60) }), request);
    expect(textOf(message).startsWith('NOERROR | ')).toBe(true);
    expect(message.length).toBeLessThanOrEqual(512);
  });
});

it('writes names of which a part stands there already as pointers', () => {
  const request = query(NAME, 'SRV');
  const target = 'web-0.many.default.svc.cluster.local';
  const additionals: ResourceRecord[] = ['10.0.0.1', '10.0.0.2'].map((data) => ({ owner: target, type: 'A', ttl: 5, data }));
  const message = response(request, { rcode: Rcode.NoError, additionals });
  expect(textOf(message)).toBe(`NOERROR | ${target} A 10.0.0.1 | ${target} A 10.0.0.2`);
  // Label and pointer, then a pointer alone.
  expect(message.length).toBe(encode({ questions: [{ name: NAME, type: 'SRV' }] }).length + 6 + 2 + 14 + 2 + 14);
});
