// OpenSSL's digests for Swift, and a function for what takes a list of parameters that point at texts.
#ifndef WHIMBREL_CLIBCRYPTO_SHIM_H
#define WHIMBREL_CLIBCRYPTO_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

// A state of HMAC with SHA-256, to be freed by EVP_MAC_CTX_free; null where the library has no memory.
static inline EVP_MAC_CTX *ccrypto_hmac_sha256(const unsigned char *key, size_t count) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end(),
  };
  EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
  EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
  // The state holds a reference of its own.
  EVP_MAC_free(mac);
  // Without a key it would go on with the one of before.
  if (context && EVP_MAC_init(context, key ? key : (const unsigned char *)"", count, parameters) == 1) return context;
  EVP_MAC_CTX_free(context);
  return NULL;
}

#endif
