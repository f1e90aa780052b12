import type { KubeObject } from '@typekube/apimachinery';
import { type ApiRequest, type Client, ResourceClient, type ResourceRef, Transport, type WireResponse } from '@typekube/client';

/** Objects without what is in them; errors and what has no such form come as JSON. */
const METADATA_ONLY = [
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  'application/json',
].join();

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
    return super.json(asMetadata(request));
  }

  override stream(request: ApiRequest): Promise<WireResponse> {
    return super.stream(asMetadata(request));
  }
}

function asMetadata(request: ApiRequest): ApiRequest {
  return { ...request, headers: { ...request.headers, accept: METADATA_ONLY } };
}
