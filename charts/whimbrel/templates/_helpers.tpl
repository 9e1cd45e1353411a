{{- define "whimbrel.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "whimbrel.fullname" -}}
{{- $name := include "whimbrel.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* Names of cluster-scoped objects: a release for one namespace may have a namesake elsewhere. */}}
{{- define "whimbrel.clusterName" -}}
{{- if .Values.namespaced.enabled }}{{ .Release.Namespace }}-{{ end }}{{ include "whimbrel.fullname" . }}
{{- end }}

{{- define "whimbrel.serviceAccountName" -}}
{{- default (include "whimbrel.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- /* The namespace whose resources are served, where it is one. */}}
{{- define "whimbrel.servedNamespace" -}}
{{- default .Release.Namespace .Values.namespaced.namespace }}
{{- end }}

{{- define "whimbrel.selectorLabels" -}}
app.kubernetes.io/name: {{ include "whimbrel.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "whimbrel.labels" -}}
{{ include "whimbrel.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "whimbrel.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- /* What a role has in every namespace that is served: [root, name, rules]. */}}
{{- define "whimbrel.servedRole" -}}
{{- $root := index . 0 }}
{{- $isNamespaced := $root.Values.namespaced.enabled }}
{{- $kind := ternary "Role" "ClusterRole" $isNamespaced }}
{{- $name := index . 1 -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  {{- if $isNamespaced }}
  namespace: {{ include "whimbrel.servedNamespace" $root }}
  {{- end }}
  labels:
    {{- include "whimbrel.labels" $root | nindent 4 }}
rules:
  {{- index . 2 | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ $name }}
  {{- if $isNamespaced }}
  namespace: {{ include "whimbrel.servedNamespace" $root }}
  {{- end }}
  labels:
    {{- include "whimbrel.labels" $root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "whimbrel.serviceAccountName" $root }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}
