/** What `--runtime-config` makes of a resource. */
export interface RuntimeConfig {
  isEnabled(resource: RuntimeResource): boolean;
}

export interface RuntimeResource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly byDefault: boolean;
}

/** A group and version that exists: keys about another version of the same group are refused. */
export interface KnownGroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The keys that address many versions, in the order they apply: a later one overrides. */
const MATCHERS: readonly (readonly [key: string, pattern: RegExp])[] = [
  ['api/all', /^/],
  ['api/ga', /^v\d+$/],
  ['api/beta', /^v\d+beta\d+$/],
  ['api/alpha', /^v\d+alpha\d+$/],
];

/**
 * Reads the value of `--runtime-config`: `api/all=true,apps/v1=false,/v1/events=true`. The more specific key wins, and `/v1` is
 * the core group, which has no name. Throws an Error with upstream's text for what it cannot mean (apiserver's
 * APIEnablementOptions.Validate and MergeAPIResourceConfigs).
 */
export function parseRuntimeConfig(text: string, known: readonly KnownGroupVersion[]): RuntimeConfig {
  const values = parsePairs(text);
  if (values.size === 1 && values.get('api/all') === 'false') throw new Error('invalid key with only api/all=false');
  const matchers = parseMatchers(values);
  const keys = [...values.keys()].filter((key) => !MATCHERS.some(([name]) => name === key));
  const overrides = keys.map((key) => parseOverride(key, values.get(key) ?? ''));
  checkKnown(overrides, known);
  return { isEnabled: (resource) => decide(resource, matchers, overrides) };
}

interface Matcher {
  readonly pattern: RegExp;
  readonly enabled: boolean;
}

interface Override {
  readonly group: string;
  readonly version: string;
  /** Absent where the key is about the whole version. */
  readonly plural?: string;
  readonly enabled: boolean;
}

function decide(resource: RuntimeResource, matchers: readonly Matcher[], overrides: readonly Override[]): boolean {
  const own = overrides.filter((o) => o.group === resource.group && o.version === resource.version);
  const exact = own.find((o) => o.plural === resource.plural) ?? own.find((o) => o.plural === undefined);
  if (exact) return exact.enabled;
  return matchers.findLast((m) => m.pattern.test(resource.version))?.enabled ?? resource.byDefault;
}

function parsePairs(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 0) values.set(pair.trim(), '');
    else values.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return values;
}

function parseMatchers(values: ReadonlyMap<string, string>): Matcher[] {
  return MATCHERS.flatMap(([key, pattern]) => {
    const value = values.get(key);
    if (value === undefined) return [];
    if (value !== 'true' && value !== 'false') throw new Error(`invalid value ${key}=${value}`);
    return [{ pattern, enabled: value === 'true' }];
  });
}

function parseOverride(key: string, value: string): Override {
  const tokens = key.split('/');
  const [group = '', version, plural] = tokens;
  if (version === undefined || tokens.length > 3) throw new Error(`runtime-config invalid key ${key}`);
  if (plural !== undefined && plural !== plural.toLowerCase()) {
    const rule = 'group/version/resource and resource is always lowercase plural';
    throw new Error(`invalid key ${key}: ${rule}, not ${JSON.stringify(plural)}`);
  }
  return { group, version, ...(plural !== undefined && { plural }), enabled: parseEnabled(key, value) };
}

/** As Go's strconv.ParseBool; nothing at all is true. */
function parseEnabled(key: string, value: string): boolean {
  if (['', '1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
  const cause = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new Error(`invalid value of ${key}: ${value}, err: ${cause}`);
}

function checkKnown(overrides: readonly Override[], known: readonly KnownGroupVersion[]): void {
  const groups = new Set(known.map((k) => k.group));
  const unknown = overrides.filter((o) => !groups.has(o.group)).map((o) => o.group);
  if (unknown.length > 0) throw new Error(`unknown api groups ${unknown.join(',')}`);
  for (const { group, version } of overrides) {
    if (known.some((k) => k.group === group && k.version === version)) continue;
    throw new Error(`group version ${group ? `${group}/${version}` : version} that has not been registered`);
  }
}
