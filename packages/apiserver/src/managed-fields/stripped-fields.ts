import { difference, type FieldSet } from '@typekube/apimachinery';

const FIELD: FieldSet = {};

/** What nobody manages: who an object is, and what the server itself says of it (managedfields' stripMeta, and what a client may only seem to set). */
const STRIPPED: FieldSet = {
  'f:apiVersion': FIELD,
  'f:kind': FIELD,
  'f:metadata': {
    '.': FIELD,
    'f:name': FIELD,
    'f:namespace': FIELD,
    'f:creationTimestamp': FIELD,
    'f:deletionTimestamp': FIELD,
    'f:deletionGracePeriodSeconds': FIELD,
    'f:selfLink': FIELD,
    'f:uid': FIELD,
    'f:clusterName': FIELD,
    'f:generation': FIELD,
    'f:managedFields': FIELD,
    'f:resourceVersion': FIELD,
  },
};

export function withoutStripped(fields: FieldSet | undefined): FieldSet | undefined {
  return difference(fields, STRIPPED);
}
