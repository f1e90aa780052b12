import type { apiextensionsv1 } from '../../../types';
import { semanticEqual } from '../../../shared/fields/semantic-equal';

type Version = apiextensionsv1.CustomResourceDefinitionVersion;
const PER_VERSION = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

/** What one version, or all of them together, say of their objects. */
export type VersionFields = Pick<Version, (typeof PER_VERSION)[number]>;

/**
 * The versions of a definition with what all of them have in common taken out. Upstream checks definitions in that form, so an
 * error in a schema that all versions share stands at `spec.validation`, in another one at `spec.versions[i].schema`.
 */
export interface HoistedSpec {
  readonly shared: VersionFields;
  readonly versions: readonly Version[];
}

export function hoistSharedFields(versions: readonly Version[]): HoistedSpec {
  const [first, ...rest] = versions;
  if (!first) return { shared: {}, versions };
  const common = PER_VERSION.filter((field) => rest.every((version) => semanticEqual(version[field], first[field])));
  return { shared: pick(first, common), versions: versions.map((version) => omit(version, common)) };
}

function pick(version: Version, fields: readonly (keyof VersionFields)[]): VersionFields {
  const { schema, subresources, additionalPrinterColumns, selectableFields } = version;
  const all = { schema, subresources, additionalPrinterColumns, selectableFields };
  return Object.fromEntries(Object.entries(all).filter(([field]) => fields.some((one) => one === field)));
}

function omit(version: Version, fields: readonly (keyof VersionFields)[]): Version {
  const left = { ...version };
  for (const field of fields) delete left[field];
  return left;
}
