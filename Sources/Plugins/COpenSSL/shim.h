#pragma once
/* The direct SHA-256: the EVP interface loads a provider first, three megabytes in every process that hashes. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
