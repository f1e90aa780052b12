/** Why a container does not run, by the reasons that its status shows. */
export type StartReason =
  | 'CrashLoopBackOff'
  | 'ErrImagePull'
  | 'ImagePullBackOff'
  | 'ErrImageNeverPull'
  | 'ImageInspectError'
  | 'InvalidImageName'
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'RunContainerError'
  | 'PostStartHookError';

/** A container that could not be started; the reason goes into its status. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** When to try again; absent: with the next look at the pod. */
  readonly retryMilliseconds: number | undefined;

  constructor(
    readonly reason: StartReason,
    message: string,
    { cause, retryMilliseconds }: ErrorOptions & { readonly retryMilliseconds?: number } = {},
  ) {
    super(message, { cause });
    this.retryMilliseconds = retryMilliseconds;
  }
}
