import { randomBytes } from 'node:crypto';
import {
  closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, realpathSync, statfsSync, truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import { StoreError } from '../errors';
import { newestStored } from './history';
import { Log, logFiles } from './log';
import { revisionOfKey, verifyRecord } from './record';

/** One table: keys and values are bytes. */
export type Table = Database<Buffer, Buffer>;

declare module 'lmdb' {
  interface Database<V, K> {
    /** The library takes the options here too; its typings have them for `putSync` only. */
    put(id: K, value: V, options: { readonly append: boolean }): Promise<boolean>;
  }
}

/** LMDB's environment and the tables in it (see README.md for what lies in each). */
interface Tables {
  readonly path: string;
  readonly env: RootDatabase<Buffer, Buffer>;
  readonly history: Table;
  readonly checkpoint: Table;
  readonly leases: Table;
  readonly meta: Table;
}

/** The open data folder. */
export interface Folder extends Tables {
  /** Absent in a folder of format 1 that could not be brought to format 2, as when the disk was full: it is tried again at the next opening. */
  readonly log: Log | undefined;
}

/** 1 had no log; who knows only that must not open the folder, as the log may have what the database has not. */
const FORMAT = '2';
const FORMAT_WITHOUT_LOG = '1';
const FORMAT_KEY = Buffer.from('format');
/** Random; each frame of the log bears it. */
const LOG_ID_KEY = Buffer.from('log');
const LOG_ID_BYTES = 8;
const BYTES = { encoding: 'binary', keyEncoding: 'binary' } as const;
const PAGE_BYTES = 8192;
const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';

/** Folders this process has open: LMDB's own locks tell processes apart, not users within one. */
const openHere = new Set<string>();

/**
 * Opens or creates the folder. Fails with `locked` if another process, or this one, has it open, and with `damaged` if what it
 * holds cannot be read; a damaged folder is left as it is.
 */
export async function openFolder(dataDir: string): Promise<Folder> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = realpathSync(dataDir);
  if (openHere.has(path)) throw locked(path, process.pid);
  openHere.add(path);
  let cutTo: number | undefined;
  let tables: Tables | undefined;
  try {
    cutTo = prepareDataFile(path);
    // Secrets lie in here: LMDB itself would let the group read.
    for (const name of [DATA_FILE, LOCK_FILE]) closeSync(openSync(join(path, name), 'a', 0o600));
    tables = openTables(path);
    lock(tables);
    checkFormat(tables);
    if (cutTo !== undefined) verifyAll(tables);
    return { ...tables, log: openLog(tables) };
  } catch (error) {
    await tables?.env.close();
    openHere.delete(path);
    if (cutTo !== undefined) truncateSync(join(path, DATA_FILE), cutTo);
    throw error;
  }
}

/** Closes the folder when all commits are done. */
export async function closeFolder(folder: Folder): Promise<void> {
  folder.log?.close();
  await folder.env.close();
  openHere.delete(folder.path);
}

/** Bytes the folder's files take on disk. */
export function folderBytes(folder: Folder): number {
  const file = openSync(join(folder.path, DATA_FILE), 'r');
  try {
    return fstatSync(file).blocks * 512 + (folder.log?.bytes ?? 0);
  } finally {
    closeSync(file);
  }
}

/** Whether the file system has no room for a commit of `bytes` (LMDB reports a short write as an I/O error). */
export function isFull(folder: { readonly path: string }, bytes: number): boolean {
  const { bavail, bsize } = statfsSync(folder.path);
  return bavail * bsize < 2 * bytes + 1024 * 1024;
}

function openTables(path: string): Tables {
  try {
    // overlappingSync off: the promise of a commit then means fsynced. Commits are grouped here, not by event turn.
    const env = open<Buffer, Buffer>({
      path, pageSize: PAGE_BYTES, maxDbs: 8, overlappingSync: false, eventTurnBatching: false, ...BYTES,
    });
    const table = (name: string): Table => env.openDB<Buffer, Buffer>(name, BYTES);
    return {
      path, env, history: table('history'), checkpoint: table('checkpoint'), leases: table('leases'), meta: table('meta'),
    };
  } catch (error) {
    throw openError(path, error);
  }
}

function openError(path: string, error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (/ENOSPC|No space left/.test(cause.message)) {
    return new StoreError('no-space', `no space left to open the data folder ${path}`, { cause });
  }
  if (/EACCES|EPERM|Permission denied|Read-only file system/i.test(cause.message)) return cause;
  return new StoreError('damaged', `the data folder ${path} cannot be read: ${cause.message}`, { cause });
}

/**
 * The lock is LMDB's own reader table: each process that has read holds an entry, guarded by a kernel lock that goes with the process, so
 * that nothing is left to clean up after a crash.
 */
function lock(folder: Tables): void {
  folder.meta.get(FORMAT_KEY);
  folder.env.readerCheck();
  for (const line of folder.env.readerList().split('\n')) {
    const pid = Number.parseInt(line, 10);
    if (Number.isInteger(pid) && pid !== process.pid) throw locked(folder.path, pid);
  }
}

function locked(path: string, pid: number): StoreError {
  return new StoreError('locked', `the data folder ${path} is in use by the process with pid ${pid}`);
}

function checkFormat(folder: Tables): void {
  const found = folder.meta.getBinary(FORMAT_KEY)?.toString();
  if (found === FORMAT || found === FORMAT_WITHOUT_LOG) return;
  if (found !== undefined || folder.history.getKeysCount({ limit: 1 }) > 0) {
    throw new StoreError('damaged', `the data folder ${folder.path} has the format ${found ?? '(none)'}; this version reads ${FORMAT}`);
  }
  folder.meta.putSync(FORMAT_KEY, Buffer.from(FORMAT_WITHOUT_LOG));
}

function openLog(folder: Tables): Log | undefined {
  const id = folder.meta.getBinary(LOG_ID_KEY);
  if (id) return Log.open(folder.path, id, newestStored(folder.history));
  if (logFiles(folder.path).some((name) => existsSync(name))) {
    throw new StoreError('damaged', `the data folder ${folder.path} has a log that does not belong to its ${DATA_FILE}`);
  }
  return beginLog(folder);
}

/** Brings a folder to the format with a log. */
function beginLog(folder: Tables): Log | undefined {
  const id = randomBytes(LOG_ID_BYTES);
  try {
    folder.env.transactionSync(() => {
      void folder.meta.put(LOG_ID_KEY, id);
      void folder.meta.put(FORMAT_KEY, Buffer.from(FORMAT));
    });
  } catch (error) {
    if (isFull(folder, 0)) return undefined;
    throw error;
  }
  return Log.open(folder.path, id, newestStored(folder.history));
}

/**
 * LMDB maps the file into memory, where reading past its end would kill the process. A file shorter than its newest header says
 * is therefore made as long as that (with zeros) before it is opened, and must then be verified record by record: the missing pages
 * may be free ones, which LMDB need not have written. Returns the length such a file had.
 */
function prepareDataFile(path: string): number | undefined {
  const name = join(path, DATA_FILE);
  if (!existsSync(name)) return undefined;
  const file = openSync(name, 'r+');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    // With one header gone LMDB would open the other, which may be the state before the last acknowledged commit.
    const headers = [bytesNeeded(file, 0), bytesNeeded(file, PAGE_BYTES)];
    const needed = Math.max(...headers);
    if (headers.includes(0)) throw new StoreError('damaged', `the data folder ${path} holds a ${DATA_FILE} that is no database of this store`);
    if (size >= needed) return undefined;
    ftruncateSync(file, needed);
    return size;
  } finally {
    closeSync(file);
  }
}

const META_BYTES = 168;
const META_MAGIC = 0xbeef_c0de;

/** The length that the header page at `offset` implies (LMDB's struct MDB_meta behind a 16 byte page header), or 0 if it is none. */
function bytesNeeded(file: number, offset: number): number {
  const meta = Buffer.alloc(META_BYTES);
  if (readSync(file, meta, 0, META_BYTES, offset) < META_BYTES || meta.readUInt32LE(24) !== META_MAGIC) return 0;
  if (meta.readUInt32LE(48) !== PAGE_BYTES) return 0;
  return (Number(meta.readBigUInt64LE(144)) + 1) * PAGE_BYTES;
}

function verifyAll(folder: Tables): void {
  try {
    for (const table of [folder.checkpoint, folder.history]) {
      for (const { key, value } of table.getRange({})) verifyRecord(revisionOfKey(key), value);
    }
    for (const table of [folder.leases, folder.meta]) table.getCount();
  } catch (cause) {
    throw new StoreError('damaged', `the data folder ${folder.path} holds a ${DATA_FILE} that was cut short`, { cause });
  }
}
