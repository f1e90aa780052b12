import {
  isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue, nameIsDNS1035Label, nameIsDNSLabel, nameIsDNSSubdomain, parseRfc3339,
} from '@typekube/apimachinery';
import { fn, type Library, method } from '../env/declarations';
import { listOf, opaqueType, optionalOf, STRING } from '../types/cel-type';
import { OpaqueValue } from '../values/opaque-value';
import { Optional } from '../values/optional';
import { opaque, text } from './arguments';

const FORMAT = opaqueType('kubernetes.NamedFormat');

type Check = (value: string) => readonly string[];

class NamedFormat extends OpaqueValue {
  readonly type = FORMAT;

  constructor(readonly name: string, readonly check: Check) {
    super();
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
}

function refusedUnless(holds: (value: string) => boolean, message: string): Check {
  return (value) => (holds(value) ? [] : [message]);
}

function isUri(value: string): boolean {
  return /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\S*|\/\S*)$/.test(value);
}

function isDate(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && isDateTime(`${value}T00:00:00Z`);
}

function isDateTime(value: string): boolean {
  try {
    parseRfc3339(value);
    return true;
  } catch {
    return false;
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

const FORMATS: ReadonlyMap<string, NamedFormat> = new Map(
  Object.entries<Check>({
    dns1123Label: (value) => isDNS1123Label(value),
    dns1123Subdomain: (value) => isDNS1123Subdomain(value),
    dns1035Label: (value) => isDNS1035Label(value),
    qualifiedName: (value) => isQualifiedName(value),
    dns1123LabelPrefix: (value) => nameIsDNSLabel(value, true),
    dns1123SubdomainPrefix: (value) => nameIsDNSSubdomain(value, true),
    dns1035LabelPrefix: (value) => nameIsDNS1035Label(value, true),
    labelValue: (value) => isValidLabelValue(value),
    uri: refusedUnless(isUri, 'does not match the URI format'),
    uuid: refusedUnless((value) => UUID.test(value), 'does not match the UUID format'),
    byte: refusedUnless((value) => BASE64.test(value), 'invalid base64'),
    date: refusedUnless(isDate, 'invalid date'),
    datetime: refusedUnless(isDateTime, 'invalid datetime'),
  }).map(([name, check]) => [name, new NamedFormat(name, check)]),
);

function validate(format: NamedFormat, value: string): Optional {
  const problems = format.check(value);
  return problems.length ? Optional.of(problems) : Optional.none;
}

/** Kubernetes' named formats. */
export const FORMAT_LIBRARY: Library = [
  ...Array.from(FORMATS, ([name, format]) => fn(`format.${name}`, `format-${name}`, [], FORMAT, () => format)),
  fn('format.named', 'format-named', [STRING], optionalOf(FORMAT), (name) => {
    const found = FORMATS.get(text(name));
    return found ? Optional.of(found) : Optional.none;
  }),
  method('validate', 'format-validate', [FORMAT, STRING], optionalOf(listOf(STRING)), (format, value) => validate(opaque(format, NamedFormat), text(value))),
];
