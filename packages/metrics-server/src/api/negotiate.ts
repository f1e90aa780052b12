import { newNotAcceptable } from '@typekube/apimachinery';

/** The form in which a client wants to read: the object itself, or one that meta.k8s.io has. */
export interface Form {
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'APIGroupDiscoveryList';
  /** Of that form. */
  readonly version: string;
  readonly contentType: string;
}

const JSON_TYPE = 'application/json';
const JSON_TYPES: readonly string[] = [JSON_TYPE, 'application/*', '*/*'];
const OBJECT: Form = { as: 'object', version: '', contentType: JSON_TYPE };

/** The first form that the client accepts and that is told here; fails with 406 if there is none. */
export function negotiate(accept: string | undefined, forms: readonly Form['as'][]): Form {
  if (!accept) return OBJECT;
  for (const clause of accept.split(',')) {
    const [type = '', ...rest] = clause.split(';').map((part) => part.trim());
    const params = new Map(rest.map((param): [string, string] => {
      const equals = param.indexOf('=');
      return [param.slice(0, equals), param.slice(equals + 1)];
    }));
    const form = JSON_TYPES.includes(type.toLowerCase()) && Number(params.get('q') ?? 1) > 0 ? formOf(params) : undefined;
    if (form && (form.as === 'object' || forms.includes(form.as))) return form;
  }
  throw newNotAcceptable(`only the following media types are accepted: ${JSON_TYPE}`);
}

function formOf(params: ReadonlyMap<string, string>): Form | undefined {
  const [as, group, version = ''] = [params.get('as'), params.get('g'), params.get('v')];
  if (as === undefined) return OBJECT;
  if (as === 'APIGroupDiscoveryList' && group === 'apidiscovery.k8s.io' && (version === 'v2' || version === 'v2beta1')) {
    return { as, version, contentType: `${JSON_TYPE};g=${group};v=${version};as=${as}` };
  }
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return { as, version, contentType: JSON_TYPE };
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'PartialObjectMetadata', version, contentType: JSON_TYPE };
  return undefined;
}
