import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isDNS1123Label, isDNS1123Subdomain } from '../validation/dns-names';

/**
 * The formats of strings that upstream checks in custom objects (its strfmt registry), by their names without hyphens. `isbn`, `isbn10`, `isbn13` and
 * `creditcard` are not checked here; names that upstream does not know, it does not check either.
 */
const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ['bsonobjectid', matches(/^[0-9a-f]{24}$/i)],
  ['uri', isRequestUri],
  ['email', matches(/^(?:[^<>]*<)?[^\s@<>]+@[^\s@<>]+>?$/)],
  ['hostname', isHostname],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['cidr', isCidr],
  ['mac', matches(/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1){0,14}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2,9}[0-9a-f]{4}$/i)],
  ['uuid', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid3', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i)],
  ['uuid4', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ['uuid5', matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i)],
  ['ssn', matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ['hexcolor', matches(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i)],
  ['rgbcolor', matches(/^rgb\(\s*(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])\s*(?:,\s*(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])\s*){2}\)$/)],
  ['byte', matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/)],
  ['date', isDate],
  ['datetime', isDateTime],
  ['duration', matches(/^\s*(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|[smhdw])?)+\s*$|^\s*\d+\s*(?:nanos?|nanoseconds?|nanosecs?|micros?|microsecs?|microseconds?|millis?|millisecs?|milliseconds?|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|wks?)\s*$/)],
  ['k8sshortname', (text) => isDNS1123Label(text).length === 0],
  ['k8slongname', (text) => isDNS1123Subdomain(text).length === 0],
]);

/** How to check a format; undefined for one that is not checked. */
export function formatCheck(format: string): ((text: string) => boolean) | undefined {
  return FORMATS.get(format.replaceAll('-', ''));
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

/** Go's url.ParseRequestURI: absolute, or a path. */
function isRequestUri(text: string): boolean {
  if (text.startsWith('/')) return !/[\s]/.test(text);
  return /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text);
}

function isHostname(text: string): boolean {
  if (text.length > 255 || isIP(text) === 4) return text.length <= 255;
  return /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.?$/i.test(text);
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isDateTime(text: string): boolean {
  const [, date = '', hour, minute, second] = /^(\d{4}-\d\d-\d\d)t(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|[+-]\d\d:\d\d)$/i.exec(text) ?? [];
  return isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
