import type { KubeObject } from '@typekube/apimachinery';
import { type ApiRequest, type Client, ResourceClient, type ResourceRef, Transport, type WireResponse } from '@typekube/client';

/** Objects without what is in them. Errors and what has no such form come as JSON. A server refuses the form of a list where it has one object to give. */
const formOf = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
const OBJECT_FORM = formOf('PartialObjectMetadata');
const LIST_FORM = formOf('PartialObjectMetadataList');

/** Access to the metadata of any resource: the bodies neither travel nor stay in memory. It holds connections of its own. */
export class MetadataClient {
  private readonly transport: Transport;

  constructor(client: Client, component: string) {
    this.transport = new MetadataTransport(client.config, { component });
  }

  for(ref: ResourceRef<KubeObject>, namespace = ''): ResourceClient<KubeObject> {
    return new ResourceClient<KubeObject>(this.transport, ref, namespace);
  }

  close(): void {
    this.transport.close();
  }
}

class MetadataTransport extends Transport {
  override json(request: ApiRequest): Promise<unknown> {
    return super.json(accepting(request.subject?.name ? OBJECT_FORM : LIST_FORM, request));
  }

  /** Each event of a watch has one object. */
  override stream(request: ApiRequest): Promise<WireResponse> {
    return super.stream(accepting(OBJECT_FORM, request));
  }
}

function accepting(accept: string, request: ApiRequest): ApiRequest {
  return { ...request, headers: { ...request.headers, accept } };
}
