# shellcheck shell=bash
# Certificates by openssl: one authority for PostgreSQL, one for Kubernetes. Test data: valid for ten years,
# keys unencrypted in the state folder.

# openssl_quietly LOG-NAME ARGUMENTS...
openssl_quietly() {
  local log
  log=$(log_of certificates)
  openssl "$@" >>"$log" 2>&1 || fail "openssl $1 failed" "read the message above; is the disk full?" "$log"
}

# new_key FILE: an elliptic curve key, 0600.
new_key() {
  (umask 077 && openssl_quietly genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1")
}

# new_authority FOLDER NAME: FOLDER/ca.key and FOLDER/ca.crt.
new_authority() {
  new_key "$1/ca.key"
  openssl_quietly req -x509 -new -key "$1/ca.key" -days 3650 -subj "/CN=$2" -out "$1/ca.crt" \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
}

# new_certificate FOLDER NAME SUBJECT USAGE [ALTERNATIVE-NAMES]: FOLDER/NAME.key and FOLDER/NAME.crt.
new_certificate() {
  local folder=$1 name=$2 subject=$3 usage=$4 names=${5:-}
  new_key "$folder/$name.key"
  openssl_quietly req -new -key "$folder/$name.key" -subj "$subject" -out "$folder/$name.csr"
  {
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$usage"
    [[ -z $names ]] || printf 'subjectAltName=%s\n' "$names"
  } >"$folder/$name.extensions"
  openssl_quietly x509 -req -in "$folder/$name.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days 3650 -extfile "$folder/$name.extensions" -out "$folder/$name.crt"
  rm -f -- "$folder/$name.csr" "$folder/$name.extensions"
}

# random_secret: 32 letters and digits.
random_secret() {
  openssl rand -hex 16
}
