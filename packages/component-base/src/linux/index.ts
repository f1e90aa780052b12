export { bindMount, makeFifo, mountTmpfs, type TmpfsOptions, unmount } from './files';
export { type ProgramInput, type ProgramResult, runSmall } from './program';
export { SystemCallError } from './libc';
export { inNewNamespaces, type NamespaceKind, networkControl, ownNamespace, setHostname, startLoopback } from './namespaces';
export { signalProcess } from './process';
