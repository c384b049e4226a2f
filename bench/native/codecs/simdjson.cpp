// JSON records with simdjson: every record is parsed to its tree, which is how that library validates. UTF-8 with its validator.
#include <simdjson.h>

#include "peer.hpp"

// Records of one length that end with a line feed; how many there are. The bytes have room behind them.
PEER simdjson_validate(const uint8_t *input, size_t length, int64_t) {
    static thread_local simdjson::dom::parser parser;
    static thread_local simdjson::padded_string padded;
    if (padded.size() != length || memcmp(padded.data(), input, length) != 0) {
        padded = simdjson::padded_string(reinterpret_cast<const char *>(input), length);
    }

    simdjson::dom::document_stream documents;
    if (parser.parse_many(padded, length).get(documents) != simdjson::SUCCESS) {
        return -1;
    }

    int64_t count = 0;
    for (auto document : documents) {
        if (document.error() != simdjson::SUCCESS) {
            return -1;
        }

        count++;
    }

    return count;
}

PEER simdjson_utf8(const uint8_t *input, size_t length, int64_t count) {
    size_t size = length / count;
    for (int64_t i = 0; i < count; i++) {
        if (!simdjson::validate_utf8(reinterpret_cast<const char *>(input) + i * size, size)) {
            return -1;
        }
    }

    return count;
}
