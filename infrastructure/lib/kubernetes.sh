# shellcheck shell=bash
# shellcheck disable=SC2154 # variables shared between the files that `local` puts together
# etcd and kube-apiserver: real ones, on 127.0.0.1 only. There is no scheduler and no controller manager:
# objects are stored, watched, validated and authorized as anywhere, but nothing acts on them (a pod does
# not run, a deleted namespace stays in Terminating).

readonly kubernetes=$state/kubernetes

# etcd_binary: beside kube-apiserver if KUBEBUILDER_ASSETS says where, else the system's.
etcd_binary() {
  if [[ -n ${KUBEBUILDER_ASSETS:-} && -x $KUBEBUILDER_ASSETS/etcd ]]; then
    printf '%s' "$KUBEBUILDER_ASSETS/etcd"
  else
    command -v etcd || fail "there is no etcd" "run infrastructure/dependencies run"
  fi
}

kubectl_binary() {
  if [[ -n ${KUBEBUILDER_ASSETS:-} && -x $KUBEBUILDER_ASSETS/kubectl ]]; then
    printf '%s' "$KUBEBUILDER_ASSETS/kubectl"
  else
    command -v kubectl || fail "there is no kubectl" "run infrastructure/dependencies run"
  fi
}

prepare_kubernetes() {
  [[ ! -f $kubernetes/complete ]] || return 0
  new_authority "$kubernetes" "Whimbrel local Kubernetes"
  new_certificate "$kubernetes" server "/CN=kube-apiserver" serverAuth \
    "IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:10.0.0.1"
  new_certificate "$kubernetes" admin "/O=system:masters/CN=whimbrel-admin" clientAuth
  new_certificate "$kubernetes" etcd "/CN=etcd" "serverAuth,clientAuth" "IP:127.0.0.1,DNS:localhost"
  new_certificate "$kubernetes" etcd-client "/CN=kube-apiserver" clientAuth
  new_key "$kubernetes/service-account.key"
  openssl_quietly pkey -in "$kubernetes/service-account.key" -pubout -out "$kubernetes/service-account.pub"
  (umask 077 && printf '%s,whimbrel-token,whimbrel-token,"system:masters"\n' "$(random_secret)" >"$kubernetes/tokens.csv")
  write_kubeconfig
  write_audit_policy
  : >"$kubernetes/complete"
}

# What service accounts ask for is written down without bodies, so that their permissions can be compared with it.
write_audit_policy() {
  cat >"$kubernetes/audit-policy.yaml" <<'POLICY'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    userGroups: [system:serviceaccounts]
  - level: None
POLICY
}

write_kubeconfig() {
  local token
  IFS=, read -r token _ <"$kubernetes/tokens.csv"
  (umask 077 && cat >"$state/kubeconfig.new") <<CONFIG
apiVersion: v1
kind: Config
current-context: whimbrel-local
clusters:
- name: whimbrel-local
  cluster:
    server: https://127.0.0.1:${setting[port.kube-apiserver]}
    certificate-authority-data: $(base64 -w 0 <"$kubernetes/ca.crt")
- name: whimbrel-token
  cluster:
    server: https://127.0.0.1:${setting[port.kube-apiserver]}
    certificate-authority: $kubernetes/ca.crt
users:
- name: whimbrel-local
  user:
    client-certificate-data: $(base64 -w 0 <"$kubernetes/admin.crt")
    client-key-data: $(base64 -w 0 <"$kubernetes/admin.key")
- name: whimbrel-token
  user:
    token: $token
contexts:
- name: whimbrel-local
  context: {cluster: whimbrel-local, user: whimbrel-local, namespace: default}
- name: whimbrel-token
  context: {cluster: whimbrel-token, user: whimbrel-token, namespace: default}
CONFIG
  mv -- "$state/kubeconfig.new" "$state/kubeconfig"
}

start_etcd() {
  local client=https://127.0.0.1:${setting[port.etcd]} peer=http://127.0.0.1:${setting[port.etcd-peer]} binary
  binary=$(etcd_binary)
  require_free_port etcd "${setting[port.etcd]}"
  require_free_port etcd "${setting[port.etcd-peer]}"
  launch etcd "$binary" --name=whimbrel "--data-dir=$state/etcd/data" --logger=zap --log-level=warn \
    --heartbeat-interval=60 --election-timeout=300 \
    "--listen-client-urls=$client" "--advertise-client-urls=$client" \
    --client-cert-auth "--trusted-ca-file=$kubernetes/ca.crt" \
    "--cert-file=$kubernetes/etcd.crt" "--key-file=$kubernetes/etcd.key" \
    "--listen-peer-urls=$peer" "--initial-advertise-peer-urls=$peer" "--initial-cluster=whimbrel=$peer"
}

start_kube_apiserver() {
  local binary
  binary=$("$checkout/infrastructure/kube-apiserver")
  require_free_port kube-apiserver "${setting[port.kube-apiserver]}"
  # Without a controller manager no namespace gets its default service account, so its admission is off.
  launch kube-apiserver "$binary" \
    --bind-address=127.0.0.1 --advertise-address=127.0.0.1 "--secure-port=${setting[port.kube-apiserver]}" --insecure-port=0 \
    "--etcd-servers=https://127.0.0.1:${setting[port.etcd]}" "--etcd-cafile=$kubernetes/ca.crt" \
    "--etcd-certfile=$kubernetes/etcd-client.crt" "--etcd-keyfile=$kubernetes/etcd-client.key" \
    "--tls-cert-file=$kubernetes/server.crt" "--tls-private-key-file=$kubernetes/server.key" \
    "--client-ca-file=$kubernetes/ca.crt" "--token-auth-file=$kubernetes/tokens.csv" \
    --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount \
    --service-account-issuer=https://kubernetes.default.svc \
    "--service-account-key-file=$kubernetes/service-account.pub" \
    "--service-account-signing-key-file=$kubernetes/service-account.key" \
    "--audit-policy-file=$kubernetes/audit-policy.yaml" "--audit-log-path=$kubernetes/audit.log" \
    --service-cluster-ip-range=10.0.0.0/24 --endpoint-reconciler-type=none --allow-privileged=true --profiling=false
}

# ask_kubernetes PATH [CURL-ARGUMENTS...]: as the administrator.
ask_kubernetes() {
  local path=$1
  shift
  curl --silent --show-error --fail --max-time 10 --noproxy '*' --cacert "$kubernetes/ca.crt" \
    --cert "$kubernetes/admin.crt" --key "$kubernetes/admin.key" "$@" \
    "https://127.0.0.1:${setting[port.kube-apiserver]}$path"
}

etcd_answers() {
  gone etcd || curl --silent --fail --max-time 2 --noproxy '*' --cacert "$kubernetes/ca.crt" --cert "$kubernetes/etcd-client.crt" \
    --key "$kubernetes/etcd-client.key" "https://127.0.0.1:${setting[port.etcd]}/health" >/dev/null
}

kube_apiserver_answers() {
  gone kube-apiserver || ask_kubernetes /readyz >/dev/null 2>&1
}

# create_namespaces: those that the examples and the controller live in.
create_namespaces() {
  local name
  for name in default dev-infra whimbrel-system; do
    ask_kubernetes "/api/v1/namespaces/$name" >/dev/null 2>&1 && continue
    ask_kubernetes /api/v1/namespaces --header 'Content-Type: application/json' \
      --data "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"$name\"}}" >/dev/null 2>>"$(log_of namespaces)" ||
      ask_kubernetes "/api/v1/namespaces/$name" >/dev/null 2>&1 ||
      fail "cannot create namespace $name" "look at the log of kube-apiserver: $(log_of kube-apiserver)" "$(log_of namespaces)"
  done
}
