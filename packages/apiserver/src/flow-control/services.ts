import type { Clock } from '@typekube/component-base';
import { SystemClient } from '../bootstrap/system-client';
import type { ServerCore } from '../handlers/core';
import { FLOW_SCHEMAS } from './condition-writer';
import type { FlowControlServices } from './flow-control';
import { ObjectSizes } from './object-sizes';

/** What flow control needs of a server. */
export function flowControlServices(core: ServerCore, clock: Clock): FlowControlServices {
  const { endpoints, registry } = core;
  const cacheOf = (group: string, plural: string): FlowControlServices['levelObjects'] | undefined => {
    return registry.definition(group, plural)?.storagePrefix ? endpoints.resource(group, plural).cache : undefined;
  };
  return {
    levelObjects: endpoints.resource(FLOW_SCHEMAS.group, 'prioritylevelconfigurations').cache,
    schemaObjects: endpoints.resource(FLOW_SCHEMAS.group, FLOW_SCHEMAS.plural).cache,
    sizes: new ObjectSizes(cacheOf, clock),
    client: new SystemClient(() => core),
  };
}
