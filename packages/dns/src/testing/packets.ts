import { type Answer, decode, type DecodedPacket, encode, type RecordType, RECURSION_DESIRED } from 'dns-packet';
import { parseQuery, type Query, type Transport } from '../server/query';

export interface Asked {
  readonly payloadSize?: number;
  readonly transport?: Transport;
  readonly id?: number;
}

/** The bytes of a request. */
export function requestBytes(name: string, type: RecordType = 'A', { payloadSize, id = 7 }: Asked = {}): Buffer {
  const opt = { type: 'OPT' as const, name: '.' as const, udpPayloadSize: payloadSize ?? 0, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type }], additionals: payloadSize === undefined ? [] : [opt] });
}

export function query(name: string, type: RecordType = 'A', asked: Asked = {}): Query {
  return parseQuery(requestBytes(name, type, asked), asked.transport ?? 'udp');
}

/** A response in few words: `NOERROR aa web.default.svc.cluster.local 5 A 10.0.0.1 | …`. */
export function textOf(message: Buffer): string {
  const packet = decode(message);
  const records = [...(packet.answers ?? []), ...(packet.authorities ?? []), ...(packet.additionals ?? [])];
  return [rcodeOf(packet), ...(packet.flag_aa ? ['aa'] : []), ...(packet.flag_tc ? ['tc'] : []), ...records.filter(({ type }) => type !== 'OPT').map(recordText)].join(' ');
}

export function rcodeOf(packet: DecodedPacket): string {
  const rcode: unknown = Reflect.get(packet, 'rcode');
  return String(rcode);
}

function recordText(answer: Answer): string {
  switch (answer.type) {
    case 'SRV':
      return `| ${answer.name} SRV ${answer.data.priority} ${answer.data.weight} ${answer.data.port} ${answer.data.target}`;
    case 'SOA':
      return `| ${answer.name} SOA ${answer.data.mname} ${answer.data.minimum}`;
    case 'OPT':
      return '';
    default:
      return `| ${answer.name} ${answer.type} ${String(answer.data)}`;
  }
}
