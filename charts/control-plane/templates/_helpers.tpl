{{/* The name of everything of this release. */}}
{{- define "control-plane.fullname" -}}
{{- if contains "control-plane" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-control-plane" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "control-plane.selector" -}}
app.kubernetes.io/instance: {{ .context.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "control-plane.labels" -}}
{{ include "control-plane.selector" . }}
app.kubernetes.io/name: {{ .context.Chart.Name }}
app.kubernetes.io/version: {{ .context.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .context.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .context.Chart.Name .context.Chart.Version }}
{{- end }}

{{/* Where the other components find the API server. */}}
{{- define "control-plane.server" -}}
https://{{ include "control-plane.fullname" . }}.{{ .Release.Namespace }}.svc:{{ .Values.apiserver.service.port }}
{{- end }}

{{/* What all pods have in common. */}}
{{- define "control-plane.podSpec" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "control-plane.container" -}}
image: {{ printf "%s:%s" .Values.image.repository .Values.image.tag | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{/* Probes of a component that serves its health on that port. */}}
{{- define "control-plane.probes" -}}
livenessProbe:
  httpGet: {path: {{ .live }}, port: {{ .port }}, scheme: HTTPS}
  periodSeconds: 10
  failureThreshold: 8
  timeoutSeconds: 15
readinessProbe:
  httpGet: {path: {{ .ready }}, port: {{ .port }}, scheme: HTTPS}
  periodSeconds: 1
  timeoutSeconds: 15
startupProbe:
  httpGet: {path: {{ .live }}, port: {{ .port }}, scheme: HTTPS}
  periodSeconds: 1
  failureThreshold: 60
  timeoutSeconds: 15
{{- end }}

{{/* The Secret's name, and the files that a component needs of it: nobody gets the keys of others. */}}
{{- define "control-plane.pki" -}}
- name: pki
  secret:
    secretName: {{ include "control-plane.fullname" .context }}-pki
    defaultMode: 0440
    items:
    {{- range .files }}
    - {key: {{ . }}, path: {{ . }}}
    {{- end }}
{{- end }}

{{/* A kubeconfig that names its files. */}}
{{- define "control-plane.kubeconfig" -}}
apiVersion: v1
kind: Config
clusters:
- name: cluster
  cluster:
    server: {{ include "control-plane.server" .context }}
    certificate-authority: /pki/ca.crt
users:
- name: {{ .component }}
  user:
    client-certificate: /pki/{{ .component }}.crt
    client-key: /pki/{{ .component }}.key
contexts:
- name: {{ .component }}
  context:
    cluster: cluster
    user: {{ .component }}
current-context: {{ .component }}
{{- end }}
