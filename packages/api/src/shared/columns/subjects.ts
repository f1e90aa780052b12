import type { rbacv1 } from '../../types';

/** The subjects of a kind, joined: service accounts as `namespace/name` (rbac.SubjectsStrings). */
export function subjectNames(subjects: readonly rbacv1.Subject[] | undefined, kind: string): string {
  const names = (subjects ?? []).filter((subject) => subject.kind === kind).map(subjectName);
  return names.join(', ');
}

function subjectName({ kind, name, namespace }: rbacv1.Subject): string {
  return kind === 'ServiceAccount' && namespace ? `${namespace}/${name}` : name;
}
