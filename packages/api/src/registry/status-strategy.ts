import type { FieldError, KubeObject, ObjectMeta } from '@typekube/apimachinery';
import type { FieldNames, Strategy, StrategyContext } from './resource-definition';

/** What sets the status writes of one kind apart. */
export interface StatusRules<T extends KubeObject> {
  /**
   * Which metadata a status writer may change. Upstream differs by kind: `writable` (most older kinds) lets labels,
   * annotations, finalizers and owner references through; `labels-kept` (deployments) holds labels; `kept` (newer kinds,
   * `ResetObjectMetaForStatus`) holds all of it. Default `writable`.
   */
  readonly metadata?: 'writable' | 'labels-kept' | 'kept';
  /** Paths of what else is kept as it was: see `Strategy.resetFields`. */
  readonly resetFields?: readonly FieldNames[];
  /** Runs after all but `metadata` and `status` has been carried over from the old object, for what else must be. */
  prepareForUpdate?(object: T, old: T, context: StrategyContext): void;
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  warningsOnUpdate?(object: T, old: T): string[];
}

/**
 * The strategy of a `status` subresource: the main one's rules on names and resource versions, with everything but the status
 * (and metadata, as far as `rules.metadata` says) kept as it was.
 */
export function deriveStatusStrategy<T extends KubeObject>(main: Strategy<T>, rules: StatusRules<T> = {}): Strategy<T> {
  return {
    ...(main.validateName && { validateName: main.validateName }),
    ...(main.allowUnconditionalUpdate !== undefined && { allowUnconditionalUpdate: main.allowUnconditionalUpdate }),
    allowCreateOnUpdate: false,
    resetFields: [['spec'], ...RESET_METADATA[rules.metadata ?? 'writable'], ...(rules.resetFields ?? [])],
    prepareForUpdate(object, old, context) {
      keepAllButStatus(object, old);
      if (rules.metadata === 'kept') keepMetadata(object.metadata, old.metadata);
      if (rules.metadata === 'labels-kept') keepField(object.metadata, old.metadata, 'labels');
      rules.prepareForUpdate?.(object, old, context);
    },
    validateUpdate: (object, old, context) => rules.validateUpdate?.(object, old, context) ?? [],
    warningsOnUpdate: (object, old) => rules.warningsOnUpdate?.(object, old) ?? [],
  };
}

const RESET_METADATA: Readonly<Record<NonNullable<StatusRules<KubeObject>['metadata']>, readonly FieldNames[]>> = {
  writable: [],
  'labels-kept': [['metadata', 'labels']],
  kept: [['metadata']],
};

const WRITTEN_BY_STATUS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function keepAllButStatus<T extends KubeObject>(object: T, old: T): void {
  for (const key of allKeys(object, old)) {
    if (!WRITTEN_BY_STATUS.has(key)) keepField(object, old, key);
  }
}

function allKeys<T extends object>(object: T, old: T): Set<keyof T & string> {
  const keys = new Set<keyof T & string>();
  for (const source of [object, old]) for (const key in source) keys.add(key);
  return keys;
}

/** All but the managed fields, which tell of the change of the status. */
function keepMetadata(metadata: ObjectMeta, old: ObjectMeta): void {
  const kept = [
    'deletionTimestamp',
    'generation',
    'selfLink',
    'labels',
    'annotations',
    'finalizers',
    'ownerReferences',
  ] as const;
  for (const field of kept) keepField(metadata, old, field);
}

/** Gives `object` the field of `old`, or takes it away where `old` has none. The value is shared, not copied. */
export function keepField<T extends object, K extends keyof T>(object: T, old: T, field: K): void {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
}
