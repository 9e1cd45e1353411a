{{- /* Values that contradict each other: all of them in one message, each with what to change. */}}
{{- define "whimbrel.contradictions" -}}
{{- $v := .Values }}
{{- $found := list }}
{{- if and $v.image.tag $v.image.digest }}
{{- $found = append $found "image.tag and image.digest are both set, and only one can name the image: set image.tag to \"\", the digest is enough" }}
{{- end }}
{{- if and (not $v.serviceAccount.create) (not $v.serviceAccount.name) }}
{{- $found = append $found "serviceAccount.create is false and serviceAccount.name is empty: name the service account that is there" }}
{{- end }}
{{- if $v.namespaced.enabled }}
{{- if $v.rbac.aggregatedRoles }}
{{- $found = append $found "rbac.aggregatedRoles makes cluster roles, and namespaced.enabled is for installations without any: set rbac.aggregatedRoles to false, and install the roles once for the whole cluster (manifests/components/aggregated-roles)" }}
{{- end }}
{{- if $v.controller.allowCrossNamespaceReferences }}
{{- $found = append $found "controller.allowCrossNamespaceReferences needs all namespaces, and namespaced.enabled gives the controller one: set one of them to false" }}
{{- end }}
{{- if $v.flux.allowCrossNamespaceSources }}
{{- $found = append $found "flux.allowCrossNamespaceSources needs all namespaces, and namespaced.enabled gives the controller one: set one of them to false" }}
{{- end }}
{{- else if $v.namespaced.namespace }}
{{- $found = append $found "namespaced.namespace is set and namespaced.enabled is false, so all namespaces would be served: set namespaced.enabled to true" }}
{{- end }}
{{- if and $v.flux.allowCrossNamespaceSources (not $v.flux.enabled) }}
{{- $found = append $found "flux.allowCrossNamespaceSources is true and flux.enabled is false: set flux.enabled to true" }}
{{- end }}
{{- if not $v.metrics.enabled }}
{{- range $part := list "serviceMonitor" "alerts" "dashboard" }}
{{- if (index $v.metrics $part).enabled }}
{{- $found = append $found (printf "metrics.%s.enabled is true and metrics.enabled is false, so there would be nothing to scrape: set metrics.enabled to true, or metrics.%s.enabled to false" $part $part) }}
{{- end }}
{{- end }}
{{- end }}
{{- if gt (int $v.controller.concurrencyPerTarget) (int $v.controller.concurrency) }}
{{- $found = append $found (printf "controller.concurrencyPerTarget (%d) is more than controller.concurrency (%d), so it would limit nothing: lower the one or raise the other" (int $v.controller.concurrencyPerTarget) (int $v.controller.concurrency)) }}
{{- end }}
{{- if le (int $v.terminationGracePeriodSeconds) (int $v.controller.drainTimeoutSeconds) }}
{{- $found = append $found (printf "terminationGracePeriodSeconds (%d) is not more than controller.drainTimeoutSeconds (%d), so the controller would be killed while it finishes a migration: raise terminationGracePeriodSeconds" (int $v.terminationGracePeriodSeconds) (int $v.controller.drainTimeoutSeconds)) }}
{{- end }}
{{- if and $v.networkPolicy.egress (not $v.networkPolicy.enabled) }}
{{- $found = append $found "networkPolicy.egress has rules and networkPolicy.enabled is false: set networkPolicy.enabled to true, or remove the rules" }}
{{- end }}
{{- if and $v.networkPolicy.dashboardFrom (not $v.networkPolicy.enabled) }}
{{- $found = append $found "networkPolicy.dashboardFrom names who may reach the dashboard and networkPolicy.enabled is false: set networkPolicy.enabled to true, or remove the names" }}
{{- end }}
{{- if and $v.dashboard.enabled (not $v.dashboard.authentication) (not $v.networkPolicy.dashboardFrom) }}
{{- $found = append $found "dashboard.authentication is false and networkPolicy.dashboardFrom is empty, so that every pod of the cluster could read the dashboard: set dashboard.authentication to true, or name in networkPolicy.dashboardFrom who may" }}
{{- end }}
{{- if and $v.approvalPolicy.enabled (not $v.approvalPolicy.groups) (not $v.approvalPolicy.users) }}
{{- $found = append $found "approvalPolicy.enabled is true and names neither groups nor users, so nobody could approve: fill approvalPolicy.groups or approvalPolicy.users" }}
{{- end }}
{{- if and $v.approvalPolicy.enabled (semverCompare "<1.30-0" .Capabilities.KubeVersion.Version) }}
{{- $found = append $found (printf "approvalPolicy.enabled needs Kubernetes 1.30 for ValidatingAdmissionPolicy, and this cluster has %s: set it to false, and see docs/security.md for what an approval is worth then" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- range $argument := $v.controller.extraArguments }}
{{- if regexMatch "^--(namespace|migrations-root|git-cache|git-cache-size|webhook-address|dashboard-.*|concurrency|concurrency-per-target|shards|drain-timeout|operations-address|leader-elect-.*|log-level|log-format|allow-cross-namespace-.*)(=.*)?$" $argument }}
{{- $found = append $found (printf "controller.extraArguments has %s, which the chart writes itself: use the value for it (README.md)" $argument) }}
{{- end }}
{{- end }}
{{- $found = concat $found (include "whimbrel.disruptions" . | fromJsonArray) }}
{{- if $found }}
{{- fail (printf "\n\nThese values contradict each other:\n  - %s\n" (join "\n  - " $found)) }}
{{- end }}
{{- end }}

{{- /* How many pods of $replicas a number or a percentage stands for, rounded up as Kubernetes does: [amount, replicas]. */}}
{{- define "whimbrel.amount" -}}
{{- $amount := toString (index . 0) }}
{{- if hasSuffix "%" $amount }}
{{- divf (mulf (trimSuffix "%" $amount) (index . 1)) 100 | ceil | int }}
{{- else }}
{{- int $amount }}
{{- end }}
{{- end }}

{{- define "whimbrel.disruptions" -}}
{{- $budget := .Values.podDisruptionBudget }}
{{- $replicas := int .Values.replicas }}
{{- $found := list }}
{{- $hasLeast := ne (toString $budget.minAvailable) "" }}
{{- $hasMost := ne (toString $budget.maxUnavailable) "" }}
{{- if and $budget.enabled (gt $replicas 0) }}
{{- if and $hasLeast $hasMost }}
{{- $found = append $found "podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable are both set, and Kubernetes takes one: set minAvailable to \"\"" }}
{{- else if not (or $hasLeast $hasMost) }}
{{- $found = append $found "podDisruptionBudget.enabled is true, and neither minAvailable nor maxUnavailable is set: set one of them" }}
{{- else if $hasLeast }}
{{- if ge (include "whimbrel.amount" (list $budget.minAvailable $replicas) | int) $replicas }}
{{- $found = append $found (printf "podDisruptionBudget.minAvailable (%s) of %d replicas would let no node be drained: raise replicas, or set podDisruptionBudget.enabled to false" (toString $budget.minAvailable) $replicas) }}
{{- end }}
{{- else if lt (include "whimbrel.amount" (list $budget.maxUnavailable $replicas) | int) 1 }}
{{- $found = append $found "podDisruptionBudget.maxUnavailable is 0, which would let no node be drained: raise it, or set podDisruptionBudget.enabled to false" }}
{{- end }}
{{- end }}
{{- toJson $found }}
{{- end }}
