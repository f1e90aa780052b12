/** What a plugin says of a pod. (framework.Code) */
export type Code =
  /** The pod passes; `undefined` means the same and is what plugins return. */
  | 'Success'
  /** Something is broken: the pod is tried again after a backoff. */
  | 'Error'
  /** Not here, not now; taking other pods away may help. */
  | 'Unschedulable'
  /** Not here, and taking other pods away would not help. */
  | 'UnschedulableAndUnresolvable'
  /** Permit only: bind later, or never. */
  | 'Wait'
  /** PreFilter, PreScore: the plugin has nothing to say of this pod. Bind: another plugin shall bind it. */
  | 'Skip'
  /** As UnschedulableAndUnresolvable, but the plugin itself will make the pod schedulable: no backoff is due then. */
  | 'Pending';

/** The outcome of one plugin, or of a whole extension point. Immutable. */
export interface Status {
  readonly code: Code;
  /** Why not; events and conditions show them. */
  readonly reasons: readonly string[];
  /** The plugin that said so; the framework fills it in. */
  readonly plugin?: string;
  /** What was thrown, where the code is Error. */
  readonly error?: unknown;
}

/** The pod does not fit, but might if other pods went. */
export function unschedulable(...reasons: string[]): Status {
  return { code: 'Unschedulable', reasons };
}

/** The pod does not fit, whatever other pods do. */
export function unresolvable(...reasons: string[]): Status {
  return { code: 'UnschedulableAndUnresolvable', reasons };
}

/** The plugin will act itself, and the pod waits for that. */
export function pending(...reasons: string[]): Status {
  return { code: 'Pending', reasons };
}

/** The plugin has nothing to do for this pod. */
export const skip: Status = { code: 'Skip', reasons: [] };

/** Something failed; `context` stands before the error's own message. */
export function failed(error: unknown, context?: string): Status {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'Error', reasons: [context ? `${context}: ${message}` : message], error };
}

export function isSuccess(status: Status | undefined): boolean {
  return !status || status.code === 'Success';
}

/** Whether the pod was refused, as opposed to passed, waiting or broken. */
export function isRejected(status: Status | undefined): status is Status {
  return status?.code === 'Unschedulable' || status?.code === 'UnschedulableAndUnresolvable' || status?.code === 'Pending';
}

/** All reasons in one text. */
export function statusMessage(status: Status | undefined): string {
  return status ? status.reasons.join(', ') : '';
}

/** The same status, said by that plugin. */
export function saidBy(plugin: string, status: Status): Status {
  return status.plugin === plugin ? status : { ...status, plugin };
}
