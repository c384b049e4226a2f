// UTF-8 with simdutf, each text whole.
#include <simdutf.h>

#include "peer.hpp"

PEER simdutf_utf8(const uint8_t *input, size_t length, int64_t count) {
    size_t size = length / count;
    for (int64_t i = 0; i < count; i++) {
        if (!simdutf::validate_utf8(reinterpret_cast<const char *>(input) + i * size, size)) {
            return -1;
        }
    }

    return count;
}
