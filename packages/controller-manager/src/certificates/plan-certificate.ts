/** What a certificate says beside who has it and who signs it. */
export interface CertificatePlan {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Bits of RFC 5280's KeyUsage, the first as 1. */
  readonly keyUsages: number;
  /** Object identifiers. */
  readonly extendedKeyUsages: readonly string[];
}

export interface Term {
  readonly usages: readonly string[];
  /** What the request asks for. */
  readonly expirationSeconds?: number | undefined;
  readonly longestMilliseconds: number;
  readonly signerNotAfter: Date;
  readonly now: number;
}

const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: 1,
  'digital signature': 1,
  'content commitment': 2,
  'key encipherment': 4,
  'data encipherment': 8,
  'key agreement': 16,
  'cert sign': 32,
  'crl sign': 64,
  'encipher only': 128,
  'decipher only': 256,
};

/** In the order in which Go numbers them. */
const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

const MINUTE = 60_000;
/** Clocks may be behind. */
const BACKDATE = 5 * MINUTE;
const SHORTEST = 10 * MINUTE;
/** From here on five minutes do not matter: the end is moved with the beginning. */
const LONG = 480 * MINUTE;

/** @throws where a usage is unknown, or the signer's own certificate has ended. (PermissiveSigningPolicy) */
export function planCertificate(term: Term): CertificatePlan {
  const { usages, signerNotAfter, now } = term;
  const unknown = usages.filter((usage) => !(usage in KEY_USAGES) && !(usage in EXTENDED_KEY_USAGES));
  if (unknown.length > 0) throw new Error(`unrecognized usage values: [${unknown.map((usage) => JSON.stringify(usage)).join(' ')}]`);
  if (now >= signerNotAfter.getTime()) {
    throw new Error(`refusing to sign a certificate that expired in the past: NotAfter=${signerNotAfter.toISOString()}`);
  }
  const lifetime = lifetimeOf(term);
  const end = now + lifetime - (lifetime < LONG ? 0 : BACKDATE);
  const wanted = Object.entries(EXTENDED_KEY_USAGES).filter(([usage]) => usages.includes(usage));
  return {
    notBefore: new Date(now - BACKDATE),
    notAfter: new Date(Math.min(end, signerNotAfter.getTime())),
    keyUsages: usages.reduce((bits, usage) => bits | (KEY_USAGES[usage] ?? 0), 0),
    extendedKeyUsages: [...new Set(wanted.map(([, oid]) => oid))],
  };
}

function lifetimeOf({ expirationSeconds, longestMilliseconds }: Term): number {
  if (expirationSeconds === undefined) return longestMilliseconds;
  const asked = expirationSeconds * 1000;
  return asked > longestMilliseconds ? longestMilliseconds : Math.max(SHORTEST, asked);
}
