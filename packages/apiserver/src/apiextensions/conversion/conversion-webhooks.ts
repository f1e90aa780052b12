import { randomUUID } from 'node:crypto';
import { type KubeObject, newInternalError } from '@typekube/apimachinery';
import type { CustomWebhook } from '@typekube/api';
import { PostError } from '../../admission/webhooks/post-json';
import type { WebhookClients } from '../../admission/webhooks/webhook-client';
import { ConversionError, makeConversionReview, readConversionReview, textOfKind } from './review';

/** Upstream's limit for one review. */
const TIMEOUT_MS = 30_000;

/** Asks conversion webhooks; the clients are made with the server. */
export class ConversionWebhooks {
  constructor(private readonly clients: () => WebhookClients) {}

  /** The objects in another version, by one review. Fails with 500 and upstream's texts. */
  async convert({ client, reviewVersions: versions }: CustomWebhook, objects: readonly KubeObject[], desiredAPIVersion: string): Promise<KubeObject[]> {
    const [first] = objects;
    if (!first) return [];
    try {
      const question = makeConversionReview(objects, desiredAPIVersion, { uid: randomUUID(), versions });
      const answer = await this.clients().post(client, question.body, TIMEOUT_MS);
      return readConversionReview(answer, question, objects, desiredAPIVersion);
    } catch (error) {
      if (error instanceof PostError) throw newInternalError(new Error(`conversion webhook for ${textOfKind(first)} failed: ${error.message}`, { cause: error }));
      if (error instanceof ConversionError) throw newInternalError(error);
      throw error;
    }
  }
}
