import { newNotAcceptable, type StatusError } from '@typekube/apimachinery';
import { PROTOBUF } from './protobuf-body';

/** What a client wants to read. */
export interface Accepted {
  readonly format: 'json' | 'yaml' | 'protobuf';
  /** A form of the object that meta.k8s.io has, or the object itself. */
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata';
  /** Whether PartialObjectMetadata is asked for as a list of them. */
  readonly isList?: true;
  /** The older version of that form, where it is asked for: the same under another name. */
  readonly metaVersion?: 'v1beta1';
}

/**
 * What can be answered in protobuf: nothing, objects reduced to their metadata (of custom resources), or everything but tables.
 */
export type ProtobufForms = 'none' | 'metadata' | 'all';

const FORMATS: ReadonlyMap<string, Accepted['format']> = new Map([
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
  ['application/*', 'json'],
  ['*/*', 'json'],
]);

const JSON_TYPE = 'application/json';
const SERVED = [JSON_TYPE, 'application/yaml'];

const PLAIN_JSON: Accepted = { format: 'json', as: 'object' };

/** Clients send few different Accept headers; each is read once. Bounded, as clients may send any. */
const known = new Map<string, Accepted>();
const MAX_KNOWN = 256;

/** Chooses the first acceptable clause, as upstream's `NegotiateMediaTypeOptions`; fails with 406 if there is none. */
export function negotiate(accept: string | undefined, protobuf: ProtobufForms = 'none'): Accepted {
  const chosen = choose(accept, protobuf);
  if (chosen) return chosen;
  throw notAcceptable(protobuf === 'none' ? SERVED : [...SERVED, PROTOBUF]);
}

/** The same for what no table shows: who prefers one gets one of the other forms that it takes. */
export function negotiateObject(accept: string | undefined): Accepted {
  const chosen = choose(accept, 'all', true);
  if (chosen) return chosen;
  throw notAcceptable([...SERVED, PROTOBUF]);
}

/** The same for a watch, whose events cannot be told apart in YAML: who prefers that gets none. */
export function negotiateWatch(accept: string | undefined, protobuf: ProtobufForms): Accepted {
  const chosen = choose(accept, protobuf);
  if (chosen && chosen.format !== 'yaml') return chosen;
  throw notAcceptable((protobuf === 'none' ? [JSON_TYPE] : [JSON_TYPE, PROTOBUF]).map((type) => `${type};stream=watch`));
}

/** Which of these types, in the server's order, a client prefers; undefined if none is acceptable to it. */
export function chooseType(accept: string | undefined, types: readonly string[]): string | undefined {
  for (const { type } of parseAccept(accept || '*/*')) {
    const found = types.find((served) => type === served || type === '*/*' || type === `${served.split('/', 1)[0]}/*`);
    if (found) return found;
  }
  return undefined;
}

function notAcceptable(served: readonly string[]): StatusError {
  return newNotAcceptable(`only the following media types are accepted: ${served.join(', ')}`);
}

function choose(accept: string | undefined, protobuf: ProtobufForms, noTable = false): Accepted | undefined {
  if (!accept || accept === '*/*' || accept === JSON_TYPE) return PLAIN_JSON;
  const key = `${protobuf} ${noTable} ${accept}`;
  const found = known.get(key);
  if (found) return found;
  const chosen = parseAccept(accept)
    .map(toAccepted)
    .find((clause) => clause !== undefined && (!noTable || clause.as !== 'Table') && (clause.format !== 'protobuf' || hasForm(protobuf, clause.as)));
  if (!chosen) return undefined;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, chosen);
  return chosen;
}

export const CONTENT_TYPES: Readonly<Record<Accepted['format'], string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: PROTOBUF,
};

function hasForm(forms: ProtobufForms, as: Accepted['as']): boolean {
  return as === 'object' ? forms === 'all' : as === 'PartialObjectMetadata' && forms !== 'none';
}

interface Clause {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** Clauses in order of preference: by `q`, then as written. */
function parseAccept(accept: string): Clause[] {
  const clauses = accept.split(',').map((text): Clause => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const params = new Map(rest.map((param) => param.split('=', 2) as [string, string]));
    const quality = Number(params.get('q') ?? 1);
    return { type: type.toLowerCase(), params, quality: Number.isNaN(quality) ? 0 : quality };
  });
  return clauses.filter((clause) => clause.quality > 0).sort((a, b) => b.quality - a.quality);
}

function toAccepted({ type, params }: Clause): Accepted | undefined {
  const format = FORMATS.get(type);
  if (!format) return undefined;
  const as = params.get('as');
  if (as === undefined) return { format, as: 'object' };
  const version = params.get('v');
  if (params.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  const old: Pick<Accepted, 'metaVersion'> = version === 'v1beta1' ? { metaVersion: version } : {};
  if (as === 'Table') return { format, as, ...old };
  if (as === 'PartialObjectMetadata') return { format, as, ...old };
  if (as === 'PartialObjectMetadataList') return { format, as: 'PartialObjectMetadata', isList: true, ...old };
  return undefined;
}

/** The form of an answer that is not bound to a resource, a Status: JSON where the client takes none of the forms. Of tables, there are none. */
export function negotiateStatus(accept: string | undefined): Accepted {
  if (!accept || accept === JSON_TYPE) return PLAIN_JSON;
  const first = parseAccept(accept).map(toAccepted).find((clause) => clause !== undefined);
  return first && !(first.as === 'Table' && first.format === 'protobuf') ? first : PLAIN_JSON;
}
