import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { corev1 } from '@typekube/api';
import { type Clock, type Logger, sleep } from '@typekube/component-base';
import { isMissing } from '../program';
import { SEEN } from './annotations';

export interface FileSourceOptions {
  /** A folder of manifests, or one. */
  readonly path: string;
  readonly node: string;
  /** How often everything is read, whether or not something was told of it. */
  readonly frequency: number;
  /** All pods that the files hold now. */
  readonly onPods: (pods: readonly corev1.Pod[]) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** All kinds of the API and their rules: loaded only where there is a manifest to read. */
function manifests(): typeof import('./manifest') {
  return require('./manifest') as typeof import('./manifest');
}

/** A file that is being written is read when its writer has paused for so long. */
const QUIET_MILLISECONDS = 100;
/** A path that cannot be watched, as it is not there yet, is looked at more often. */
const UNWATCHED_MILLISECONDS = 1000;

interface KnownFile {
  readonly text: string;
  readonly pod: corev1.Pod;
}

/** Follows the files of static pods. What cannot be read as a pod is told in the log and counts as not there. */
export class FileSource {
  private files = new Map<string, KnownFile>();
  private readonly firstSeen = new Map<string, string>();

  constructor(private readonly options: FileSourceOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    const { path, log, frequency, clock } = this.options;
    log.info('Adding static pod path', { path });
    for (let isToldOf = false; !signal.aborted;) {
      // Before it is read: what is written in between is told of.
      const watched = new Watched(path, signal);
      try {
        await this.read(isToldOf);
      } catch (error) {
        log.error('Unable to read config path', error, { path });
      }
      isToldOf = await watched.changed(clock, watched.isOn ? frequency : Math.min(frequency, UNWATCHED_MILLISECONDS));
      if (isToldOf) await sleep(clock, QUIET_MILLISECONDS, signal).catch(() => undefined);
    }
  }

  /** `keepBroken`: a file that cannot be read may be half written, so what it held before stays until the next reading. */
  private async read(keepBroken: boolean): Promise<void> {
    const files = new Map<string, KnownFile>();
    for (const path of await manifestsAt(this.options.path)) {
      const file = await this.readOne(path, keepBroken);
      if (file) files.set(path, file);
    }
    this.files = files;
    this.options.onPods(this.unique());
  }

  private async readOne(path: string, keepBroken: boolean): Promise<KnownFile | undefined> {
    const { node, log } = this.options;
    const known = this.files.get(path);
    try {
      if (!(await stat(path)).isFile()) return undefined;
      const text = await readFile(path, 'utf8');
      if (text === known?.text) return known;
      return { text, pod: manifests().readManifest(text, { path, node }) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      log.error('Could not process manifest file', error, { path });
      return keepBroken ? known : undefined;
    }
  }

  /** Of two pods of one name or one uid, that of the first file. */
  private unique(): corev1.Pod[] {
    const taken = new Set<string>();
    const pods: corev1.Pod[] = [];
    for (const [path, { pod }] of this.files) {
      const { name, namespace, uid = '' } = pod.metadata;
      const keys = [uid, `${namespace}/${name}`];
      if (keys.some((key) => taken.has(key))) {
        this.options.log.warn('Another file holds a pod of that name or uid', { path, pod: `${namespace}/${name}` });
        continue;
      }
      keys.forEach((key) => taken.add(key));
      pods.push(this.withTime(pod, uid));
    }
    for (const uid of this.firstSeen.keys()) if (!taken.has(uid)) this.firstSeen.delete(uid);
    return pods;
  }

  private withTime(pod: corev1.Pod, uid: string): corev1.Pod {
    const at = this.firstSeen.get(uid) ?? new Date(this.options.clock.now()).toISOString();
    this.firstSeen.set(uid, at);
    return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [SEEN]: at } } };
  }
}

/** The files to be read, in order; none where there is nothing at the path. Hidden ones and folders are not looked at. */
async function manifestsAt(path: string): Promise<string[]> {
  try {
    const found = await stat(path);
    if (found.isFile()) return [path];
    if (!found.isDirectory()) throw new Error('path is not a directory or file');
    const names = await readdir(path);
    return names.filter((name) => !name.startsWith('.')).sort().map((name) => join(path, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Tells once that something at the path has changed. */
class Watched {
  isOn = false;
  private hasChanged = false;
  private readonly stop = new AbortController();
  private readonly changes = new AbortController();

  constructor(path: string, private readonly signal: AbortSignal) {
    this.watch(path, () => true);
    // A file is replaced by another of its name: only its folder knows.
    const name = basename(path);
    if (dirname(path) !== path) this.watch(dirname(path), (changed) => changed === name);
  }

  /** Whether it has; resolves at once where it has, else when it does, or after that time. */
  async changed(clock: Clock, milliseconds: number): Promise<boolean> {
    const signal = AbortSignal.any([this.signal, this.changes.signal]);
    await sleep(clock, milliseconds, signal).catch(() => undefined);
    this.stop.abort();
    return this.hasChanged;
  }

  private watch(path: string, isMeant: (name: string | null) => boolean): void {
    try {
      const watcher = watch(path, { signal: AbortSignal.any([this.signal, this.stop.signal]) }, (_, name) => {
        if (isMeant(name)) this.tell();
      });
      watcher.on('error', () => this.tell());
      this.isOn = true;
    } catch {
      // It is not there, or the machine has no watches left: then it is looked at the more often.
    }
  }

  private tell(): void {
    this.hasChanged = true;
    this.changes.abort();
  }
}
