import type { Clock } from '@typekube/component-base';
import type { cri } from '@typekube/cri-api';
import { type Container, type Pod, uidOf } from '../objects';
import { Backoff } from '../pod/backoff';
import { StartError } from '../pod/start-error';
import { type Runtime, runtimeErrorText } from '../runtime/runtime';
import { referenceProblem, withDefaultTag } from './reference';

/** As upstream's `imageBackOffPeriod` and `MaxImageBackOff`. */
const INITIAL_MILLISECONDS = 10_000;
const MAX_MILLISECONDS = 300_000;

export type RecordEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

export interface PullRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly sandbox: cri.IPodSandboxConfig;
  /** Tried one after the other; without any the registry is asked as nobody. */
  readonly auths: readonly cri.IAuthConfig[];
  readonly record: RecordEvent;
  /** Ends the pull. */
  readonly signal: AbortSignal;
}

/** Sees to it that images are on the machine, by the policy of each container (images.EnsureImageExists). */
export class ImagePuller {
  private readonly backoff: Backoff;
  private readonly lastErrors = new Map<string, string>();
  private readonly failedAt = new Map<string, number>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime,
    private readonly clock: Clock,
    private readonly isSerial: boolean,
  ) {
    this.backoff = new Backoff(clock, INITIAL_MILLISECONDS, MAX_MILLISECONDS);
  }

  /** Gives the image. Rejects with a StartError. */
  async ensure(request: PullRequest): Promise<cri.Image> {
    const { container, record } = request;
    const name = container.image ?? '';
    const problem = referenceProblem(name);
    if (problem) {
      const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${problem}`;
      record('Warning', 'InspectFailed', message);
      throw new StartError('InvalidImageName', message);
    }
    const image = withDefaultTag(name);
    const found = await this.find(image).catch((error: unknown) => {
      if (error instanceof StartError) record('Warning', 'InspectFailed', error.message);
      throw error;
    });
    const policy = container.imagePullPolicy ?? (image.endsWith(':latest') ? 'Always' : 'IfNotPresent');
    if (policy === 'Never' || (policy === 'IfNotPresent' && found)) {
      if (found) {
        record('Normal', 'Pulled', `Container image "${name}" already present on machine and can be accessed by the pod`);
        return found;
      }
      const message = `Container image "${name}" is not present with pull policy of Never`;
      record('Warning', 'ErrImageNeverPull', message);
      throw new StartError('ErrImageNeverPull', message);
    }
    return this.pull(request, image);
  }

  /** Forgets the failures of a pod. */
  forget(uid: string): void {
    this.backoff.forget(uid);
    for (const map of [this.lastErrors, this.failedAt]) for (const key of map.keys()) if (key.startsWith(uid)) map.delete(key);
  }

  private async find(image: string): Promise<cri.Image | undefined> {
    try {
      return (await this.runtime.images.ImageStatus({ image: { image } })).image ?? undefined;
    } catch (error) {
      throw new StartError('ImageInspectError', `Failed to inspect image "${image}": ${runtimeErrorText(error)}`, {
        cause: error,
      });
    }
  }

  private async pull(request: PullRequest, image: string): Promise<cri.Image> {
    const { pod, container, record } = request;
    const name = container.image ?? '';
    const key = `${uidOf(pod)}_${name}`;
    const wait = this.backoff.remaining(key, this.failedAt.get(key) ?? 0);
    if (wait > 0) {
      record('Normal', 'BackOff', `Back-off pulling image "${name}"`);
      throw new StartError(
        'ImagePullBackOff',
        `Back-off pulling image "${name}": ErrImagePull: ${this.lastErrors.get(key) ?? ''}`,
        { retryMilliseconds: wait },
      );
    }
    record('Normal', 'Pulling', `Pulling image "${name}"`);
    const asked = this.clock.now();
    try {
      return await this.inTurn(() => this.pullNow(request, image, { asked, key }));
    } catch (error) {
      const why = runtimeErrorText(error);
      record('Warning', 'Failed', `Failed to pull image "${name}": ${why}`);
      this.failed(key, why);
      throw new StartError('ErrImagePull', why, { cause: error, retryMilliseconds: this.backoff.delay(key) });
    }
  }

  private failed(key: string, why: string): void {
    this.failedAt.set(key, this.clock.now());
    this.lastErrors.set(key, why);
    this.backoff.next(key, this.clock.now());
  }

  private async pullNow(
    request: PullRequest,
    image: string,
    { asked, key }: { asked: number; key: string },
  ): Promise<cri.Image> {
    const { record, container } = request;
    const started = this.clock.now();
    const imageRef = await this.fetch(request, image);
    const pulled = await this.find(imageRef || image);
    if (!pulled) throw new Error(`image "${image}" was pulled, but is not there`);
    const now = this.clock.now();
    this.backoff.forget(key);
    record(
      'Normal',
      'Pulled',
      `Successfully pulled image "${container.image ?? ''}" in ${seconds(now - started)} (${seconds(now - asked)} including waiting). Image size: ${pulled.size} bytes.`,
    );
    return pulled;
  }

  /** Gives the reference of the image. Rejects with what the registry said to the last of them. */
  private async fetch({ sandbox, auths, signal }: PullRequest, image: string): Promise<string> {
    let failure: unknown;
    for (const auth of auths.length ? auths : [undefined]) {
      try {
        const { imageRef } = await this.runtime.images.PullImage({ image: { image }, sandboxConfig: sandbox, ...(auth && { auth }) }, { signal, timeoutMs: Infinity });
        return imageRef;
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  }

  /** One after the other, with serializeImagePulls. */
  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (!this.isSerial) return task();
    const result = this.queue.then(task);
    this.queue = result.catch(() => undefined);
    return result;
  }
}

/** As Go prints a duration, to the millisecond. */
function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds}ms` : `${milliseconds / 1000}s`;
}
