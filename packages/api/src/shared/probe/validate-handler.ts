import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isHTTPHeaderName,
  isValidPortName,
  isValidPortNum,
  notSupported,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';

/** What a probe or a lifecycle hook does: at most one of these. */
export type Handler = corev1.LifecycleHandler & { readonly grpc?: corev1.GRPCAction };

/** Exactly one action, and that one valid. `gracePeriod` bounds sleeps; undefined where the pod's own is missing. */
export function validateHandler(handler: Handler, path: FieldPath, gracePeriod: number | undefined): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const actions = [
    exec && { name: 'exec', errors: (at: FieldPath) => validateExec(exec, at) },
    httpGet && { name: 'httpGet', errors: (at: FieldPath) => validateHttpGet(httpGet, at) },
    tcpSocket && { name: 'tcpSocket', errors: (at: FieldPath) => validatePortNumOrName(tcpSocket.port, at.child('port')) },
    grpc && { name: 'grpc', errors: (at: FieldPath) => validatePortNumOrName(grpc.port, at.child('port')) },
    sleep && { name: 'sleep', errors: (at: FieldPath) => validateSleep(sleep, at, gracePeriod) },
  ].filter((action) => action !== undefined);
  if (actions.length === 0) return [required(path, 'must specify a handler type')];
  return actions.flatMap(({ name, errors }, position) =>
    position === 0 ? errors(path.child(name)) : [forbidden(path.child(name), 'may not specify more than 1 handler type')],
  );
}

const STOP_SIGNALS_WINDOWS = ['SIGKILL', 'SIGTERM'];

/** The hooks of a container's lifecycle and its stop signal, which needs to know the pod's operating system. */
export function validateLifecycle(
  lifecycle: corev1.Lifecycle,
  path: FieldPath,
  { gracePeriod, os }: { gracePeriod: number | undefined; os: string | undefined },
): FieldError[] {
  const { postStart, preStop, stopSignal } = lifecycle;
  return [
    ...(postStart ? validateHandler(postStart, path.child('postStart'), gracePeriod) : []),
    ...(preStop ? validateHandler(preStop, path.child('preStop'), gracePeriod) : []),
    ...(stopSignal === undefined ? [] : validateStopSignal(stopSignal, path.child('stopSignal'), os)),
  ];
}

function validateStopSignal(signal: string, path: FieldPath, os: string | undefined): FieldError[] {
  if (isMissing(os)) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  if (os === 'windows' && !STOP_SIGNALS_WINDOWS.includes(signal)) return [notSupported(path, signal, STOP_SIGNALS_WINDOWS)];
  return [];
}

/** A port given as a number or by the name of a container's port. */
export function validatePortNumOrName(port: number | string | undefined, path: FieldPath): FieldError[] {
  return typeof port === 'string'
    ? invalidEach(path, port, isValidPortName(port))
    : invalidEach(path, port ?? 0, isValidPortNum(port ?? 0));
}

function validateExec(exec: corev1.ExecAction, path: FieldPath): FieldError[] {
  return exec.command?.length ? [] : [required(path.child('command'))];
}

const SCHEMES = ['HTTP', 'HTTPS'];

function validateHttpGet(action: corev1.HTTPGetAction, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (isMissing(action.path)) errors.push(required(path.child('path')));
  errors.push(...validatePortNumOrName(action.port, path.child('port')));
  if (!SCHEMES.includes(action.scheme ?? '')) errors.push(notSupported(path.child('scheme'), action.scheme ?? '', SCHEMES));
  for (const { name } of action.httpHeaders ?? []) {
    errors.push(...invalidEach(path.child('httpHeaders'), name, isHTTPHeaderName(name ?? '')));
  }
  return errors;
}

function validateSleep({ seconds }: corev1.SleepAction, path: FieldPath, gracePeriod: number | undefined): FieldError[] {
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return [];
  return [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`)];
}
