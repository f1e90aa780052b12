import { newQuantity, parseQuantity, type Quantity } from '@typekube/apimachinery';
import { ConfigError, parseGoDuration } from '@typekube/component-base';
import { isSignal, type Signal, SIGNAL_FACTS } from './signals';

/** An amount, or a part of what there is altogether. */
type Value = { readonly quantity: Quantity } | { readonly fraction: number };

/** Less of it available than this, for so long, and pods have to go. */
export interface Threshold {
  readonly signal: Signal;
  readonly value: Value;
  /** In milliseconds; 0: at once, and pods are not asked. */
  readonly gracePeriod: number;
  /** So much more has to be free before it counts as over. */
  readonly minimumReclaim?: Value;
}

type Statements = Readonly<Record<string, string>>;

/** The fields of a KubeletConfiguration that thresholds are made of. */
export interface ThresholdFields {
  readonly evictionHard?: Statements | undefined;
  readonly evictionSoft?: Statements | undefined;
  readonly evictionSoftGracePeriod?: Statements | undefined;
  readonly evictionMinimumReclaim?: Statements | undefined;
  readonly mergeDefaultEvictionSettings?: boolean | undefined;
}

/** Upstream's, for Linux. */
export const DEFAULT_HARD: Statements = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
};

/** Throws a ConfigError. Who gives hard thresholds gives all of them, unless he asks for the defaults of the others. */
export function thresholdsOf(fields: ThresholdFields): Threshold[] {
  const { evictionHard, evictionSoft = {}, evictionSoftGracePeriod = {}, evictionMinimumReclaim = {} } = fields;
  const hard = fields.mergeDefaultEvictionSettings ? { ...DEFAULT_HARD, ...evictionHard } : (evictionHard ?? DEFAULT_HARD);
  const gracePeriods = read(evictionSoftGracePeriod, 'evictionSoftGracePeriod', gracePeriod);
  const reclaims = read(evictionMinimumReclaim, 'evictionMinimumReclaim', reclaim);
  const withReclaim = (signal: Signal): Pick<Threshold, 'minimumReclaim'> => {
    const minimumReclaim = reclaims.get(signal);
    return minimumReclaim ? { minimumReclaim } : {};
  };
  const soft = [...read(evictionSoft, 'evictionSoft', threshold)].map(([signal, value]): Threshold => {
    const period = gracePeriods.get(signal);
    if (period === undefined) throw new ConfigError(`evictionSoft: grace period must be specified for the soft eviction threshold ${signal}`);
    return { signal, value, gracePeriod: period, ...withReclaim(signal) };
  });
  return [
    ...[...read(hard, 'evictionHard', threshold)].map(([signal, value]) => ({ signal, value, gracePeriod: 0, ...withReclaim(signal) })),
    ...soft,
  ];
}

/** The amount that the value is of so much altogether. */
export function amountOf(value: Value, capacity: number): number {
  return 'quantity' in value ? Number(value.quantity.value()) : Math.floor(capacity * value.fraction);
}

/** The same as messages print it. */
export function quantityOf(value: Value, capacity: number, signal: Signal): Quantity {
  return 'quantity' in value ? value.quantity : newQuantity(amountOf(value, capacity), SIGNAL_FACTS[signal].format);
}

/** What pods cannot have of the node, as hard thresholds would take it from them (memory and disk). */
export function reservedBy(thresholds: readonly Threshold[], capacity: Readonly<Record<string, string>>): Record<string, string> {
  const reserved: Record<string, string> = {};
  for (const { signal, value, gracePeriod: period } of thresholds) {
    const name = RESERVED[signal];
    const whole = name && capacity[name];
    if (name && whole && period === 0) reserved[name] = String(amountOf(value, Number(parseQuantity(whole).value())));
  }
  return reserved;
}

const RESERVED: Readonly<Partial<Record<Signal, string>>> = { 'memory.available': 'memory', 'nodefs.available': 'ephemeral-storage' };

/** What is said of each signal; a reader that gives undefined leaves the statement out. */
function read<T>(statements: Statements, field: string, reader: (text: string, what: string) => T | undefined): Map<Signal, T> {
  const values = new Map<Signal, T>();
  for (const [signal, text] of Object.entries(statements)) {
    if (!isSignal(signal)) throw new ConfigError(`${field}: unsupported eviction signal ${signal}`);
    const value = reader(text, `${field}.${signal}`);
    if (value !== undefined) values.set(signal, value);
  }
  return values;
}

/** None and all are no thresholds. */
function threshold(text: string, what: string): Value | undefined {
  if (text === '0%' || text === '100%') return undefined;
  const value = valueIn(text, what);
  if ('fraction' in value ? value.fraction < 0 || value.fraction > 1 : value.quantity.sign <= 0)
    throw new ConfigError(`${what}: eviction threshold must be positive, and not more than 100%: ${text}`);
  return value;
}

function reclaim(text: string, what: string): Value {
  const value = valueIn(text, what);
  if ('fraction' in value ? value.fraction <= 0 : value.quantity.sign < 0) throw new ConfigError(`${what}: eviction minimum reclaim must be positive: ${text}`);
  return value;
}

function valueIn(text: string, what: string): Value {
  try {
    if (!text.endsWith('%')) return { quantity: parseQuantity(text) };
    const percents = Number(text.slice(0, -1) || NaN);
    if (Number.isFinite(percents)) return { fraction: percents / 100 };
  } catch (error) {
    throw new ConfigError(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  throw new ConfigError(`${what}: invalid percentage: ${text}`);
}

function gracePeriod(text: string, what: string): number {
  try {
    const period = parseGoDuration(text);
    if (period >= 0) return period;
  } catch (error) {
    throw new ConfigError(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  throw new ConfigError(`${what}: invalid eviction grace period specified: ${text}, must be a positive value`);
}
