/** One element of a DER encoding. `raw` is the whole element, `content` what its header announces. */
export interface DerElement {
  readonly tag: number;
  readonly raw: Buffer;
  readonly content: Buffer;
}

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OBJECT_IDENTIFIER = 0x06;

export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

/** Reads the elements that fill a buffer. Throws DerError where they do not. Tags of more than one byte are not known. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = readElement(bytes.subarray(offset));
    elements.push(element);
    offset += element.raw.length;
  }
  return elements;
}

/** Reads one element that fills a buffer and has the given tag. */
export function readWhole(bytes: Buffer, tag: number): DerElement {
  const [element, ...rest] = readElements(bytes);
  if (!element) throw new DerError('asn1: syntax error: sequence truncated');
  if (rest.length > 0) throw new DerError('asn1: syntax error: trailing data');
  return expectTag(element, tag);
}

export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (!element) throw new DerError('asn1: syntax error: sequence truncated');
  if (element.tag !== tag) throw new DerError('asn1: structure error: tags don\'t match');
  return element;
}

/** The dotted text of an object identifier's content. */
export function oidText(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head = 0, ...rest] = arcs;
  const first = Math.min(Math.floor(head / 40), 2);
  return [first, head - first * 40, ...rest].join('.');
}

function readElement(bytes: Buffer): DerElement {
  const tag = bytes[0];
  const lengthByte = bytes[1];
  if (tag === undefined || lengthByte === undefined) throw new DerError('asn1: syntax error: truncated tag or length');
  const lengthBytes = lengthByte & 0x80 ? lengthByte & 0x7f : 0;
  if (lengthByte === 0x80 || lengthBytes > 4) throw new DerError('asn1: structure error: length too large');
  const start = 2 + lengthBytes;
  if (bytes.length < start) throw new DerError('asn1: syntax error: truncated tag or length');
  const length = lengthBytes === 0 ? lengthByte : bytes.readUIntBE(2, lengthBytes);
  if (bytes.length < start + length) throw new DerError('asn1: syntax error: data truncated');
  return { tag, raw: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) };
}
