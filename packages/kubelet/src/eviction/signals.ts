/** What a node can run short of, by the names that thresholds of the configuration have. */
export const SIGNALS = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'pid.available',
] as const;
export type Signal = (typeof SIGNALS)[number];

/** In the order in which a node shows them. */
export const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
export type Pressure = (typeof PRESSURES)[number];

/** What is taken from pods when the signal is given; messages name it. */
export type StarvedResource = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids';

interface SignalFacts {
  readonly pressure: Pressure;
  readonly resource: StarvedResource;
  /** Amounts of it are printed in such units. */
  readonly format: 'BinarySI' | 'DecimalSI';
}

export const SIGNAL_FACTS: Readonly<Record<Signal, SignalFacts>> = {
  'memory.available': { pressure: 'MemoryPressure', resource: 'memory', format: 'BinarySI' },
  'nodefs.available': { pressure: 'DiskPressure', resource: 'ephemeral-storage', format: 'BinarySI' },
  'nodefs.inodesFree': { pressure: 'DiskPressure', resource: 'inodes', format: 'DecimalSI' },
  'imagefs.available': { pressure: 'DiskPressure', resource: 'ephemeral-storage', format: 'BinarySI' },
  'imagefs.inodesFree': { pressure: 'DiskPressure', resource: 'inodes', format: 'DecimalSI' },
  'pid.available': { pressure: 'PIDPressure', resource: 'pids', format: 'DecimalSI' },
};

export function isSignal(text: string): text is Signal {
  return SIGNALS.some((signal) => signal === text);
}
