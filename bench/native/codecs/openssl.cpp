// Sec-WebSocket-Accept with OpenSSL's SHA-1 and base64.
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "peer.hpp"

// Keys of 24 characters one behind the other; the first character of every answer, added up.
PEER openssl_accept(const uint8_t *input, size_t, int64_t count) {
    static const char Guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t text[24 + sizeof Guid - 1];
    memcpy(text + 24, Guid, sizeof Guid - 1);
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        uint8_t digest[SHA_DIGEST_LENGTH];
        uint8_t answer[32];
        memcpy(text, input + 24 * i, 24);
        SHA1(text, sizeof text, digest);
        EVP_EncodeBlock(answer, digest, sizeof digest);
        sum += answer[0];
    }

    return sum;
}
