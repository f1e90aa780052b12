import { hasReason } from '@typekube/apimachinery';
import type { corev1 } from '@typekube/api';
import type { Clock } from '@typekube/component-base';
import type { SystemClient } from '../../bootstrap/system-client';
import { dayOf } from './day';

const SECRETS = { group: '', plural: 'secrets' };
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const DAY_MS = 86_400_000;

export interface LastUsedOptions {
  readonly client: Pick<SystemClient, 'update'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Writes on secrets the day on which their token was used last, at most once a day. A failure is told of and keeps nobody out. */
export class LastUsed {
  /** Writes under way, by the uid of the secret: a thousand requests of a morning are one write. */
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly options: LastUsedOptions) {}

  /** Resolves when it is written; undefined where it has been already. Another server's clock may be a day ahead. */
  note(secret: corev1.Secret): Promise<void> | undefined {
    const now = this.options.clock.now();
    const noted = secret.metadata.labels?.[LAST_USED];
    if (noted === dayOf(now) || noted === dayOf(now + DAY_MS)) return undefined;
    const { uid = '' } = secret.metadata;
    let write = this.running.get(uid);
    if (!write) {
      write = this.write(secret, dayOf(now)).finally(() => this.running.delete(uid));
      this.running.set(uid, write);
    }
    return write;
  }

  private async write({ metadata }: corev1.Secret, today: string): Promise<void> {
    const { client, onError } = this.options;
    try {
      await client.update<corev1.Secret>(SECRETS, metadata, (newest) => {
        // Another may have its name now.
        if (newest.metadata.uid === metadata.uid) newest.metadata.labels = { ...newest.metadata.labels, [LAST_USED]: today };
      });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) onError(error);
    }
  }
}
