/** The few forms of ASN.1 DER that certificates need, as bytes. */

const UNIVERSAL = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
};

export function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(items));
}

export function set(...items: readonly Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(items));
}

/** A whole number from its big-endian bytes, taken as positive. */
export function positiveInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = Buffer.from(bytes.subarray(start));
  const isHigh = ((digits[0] ?? 0) & 0x80) !== 0;
  return tagged(UNIVERSAL.integer, isHigh ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

export function boolean(value: boolean): Buffer {
  return tagged(UNIVERSAL.boolean, Buffer.of(value ? 0xff : 0));
}

export function octetString(content: Uint8Array): Buffer {
  return tagged(UNIVERSAL.octetString, content);
}

/** Bits; the last `unused` of them do not count. */
export function bitString(content: Uint8Array, unused = 0): Buffer {
  return tagged(UNIVERSAL.bitString, Buffer.concat([Buffer.of(unused), content]));
}

export function utf8String(text: string): Buffer {
  return tagged(UNIVERSAL.utf8, Buffer.from(text, 'utf8'));
}

/** An object identifier from its dotted text. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(UNIVERSAL.oid, Buffer.concat([base128(first * 40 + second), ...rest.map(base128)]));
}

/** A time in whole seconds, in the short form up to 2049 and the long one after, as RFC 5280 wants. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  const isShort = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  if (isShort) return tagged(UNIVERSAL.utcTime, Buffer.from(digits.slice(2)));
  return tagged(UNIVERSAL.generalizedTime, Buffer.from(digits));
}

/** A context-specific tag around other values (`constructed`) or in place of their own tag. */
export function contextTag(number: number, content: Uint8Array, constructed: boolean): Buffer {
  return tagged((constructed ? 0xa0 : 0x80) | number, content);
}

function tagged(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  const digits: number[] = [];
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Buffer.of(0x80 | digits.length, ...digits);
}

function base128(value: number): Buffer {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80);
  return Buffer.from(digits);
}
