import type { ResourceDefinition } from '@typekube/api';
import type { Endpoints } from '../../registry/endpoints';

/** A resource in one version, as a webhook may want to see what is written. */
export interface Form {
  readonly definition: ResourceDefinition;
  readonly version: string;
}

/** In which forms the same objects can be written: in the versions of their kind, and of others that are stored as it is (both kinds of events). */
export class Equivalents {
  private readonly known = new WeakMap<ResourceDefinition, readonly Form[]>();

  constructor(private readonly endpoints: Pick<Endpoints, 'all'>) {}

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
    return [definition, ...same].flatMap((each) => each.versions.map(({ version }) => ({ definition: each, version })));
  }
}
