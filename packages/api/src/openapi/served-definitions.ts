import type { ResourceRegistry } from '../registry/registry';
import type { ResourceDefinition } from '../registry/resource-definition';
import { hasSchema } from '../schemas/get-schema';

/**
 * What the OpenAPI documents of a server show: what its registry serves, each definition with its served versions only.
 */
export function servedDefinitions(registry: ResourceRegistry): ResourceDefinition[] {
  return registry.served().flatMap((definition) => {
    const { group, plural } = definition;
    const versions = definition.versions.filter(
      ({ custom, schema, version }) => (custom !== undefined || hasSchema(schema)) && registry.byResource(group, version, plural) !== undefined,
    );
    return versions.length === 0 ? [] : [{ ...definition, versions }];
  });
}
