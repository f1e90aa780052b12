import type { ResourceDefinition } from '@typekube/api';
import type { Endpoint } from '../../registry/resource';
import type { Endpoints } from '../../registry/endpoints';

/** A resource in one version, as a webhook may want to see what is written. */
export interface Form {
  readonly definition: ResourceDefinition;
  readonly version: string;
  /** Where a webhook converts: by it. */
  readonly conversion?: Pick<Endpoint, 'fromStorage' | 'toStorage'>;
}

/** In which forms the same objects can be written: in the versions of their kind, and of others that are stored as it is (both kinds of events). */
export class Equivalents {
  private readonly known = new WeakMap<ResourceDefinition, readonly Form[]>();

  constructor(private readonly endpoints: Pick<Endpoints, 'all' | 'find' | 'endpoint'>) {}

  of(definition: ResourceDefinition): readonly Form[] {
    let forms = this.known.get(definition);
    if (!forms) this.known.set(definition, (forms = this.find(definition)));
    return forms;
  }

  private find(definition: ResourceDefinition): Form[] {
    const { storagePrefix } = definition;
    const others = storagePrefix === undefined ? [] : [...this.endpoints.all].map((resource) => resource.definition);
    const isItself = ({ group, plural }: ResourceDefinition): boolean => group === definition.group && plural === definition.plural;
    const same = others.filter((other) => !isItself(other) && other.storagePrefix === storagePrefix);
    return [definition, ...same].flatMap((each) => each.versions.map(({ version }) => this.form(each, version)));
  }

  /** One of these forms. */
  form(definition: ResourceDefinition, version: string): Form {
    const served = definition.custom?.webhook && this.endpoints.find(definition.group, version, definition.plural);
    return { definition, version, ...(served && { conversion: this.endpoints.endpoint(served) }) };
  }
}
