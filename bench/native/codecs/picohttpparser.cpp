// Request heads with picohttpparser: parse, then look one field up.
#include <picohttpparser.h>
#include <strings.h>

#include "peer.hpp"

// One head, parsed `count` times; the bytes consumed and the length of the key, added up.
PEER picohttpparser_request(const uint8_t *input, size_t length, int64_t count) {
    static const char Name[] = "sec-websocket-key";
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        const char *method, *path;
        size_t method_length, path_length, fields = 64;
        int version;
        phr_header headers[64];
        int consumed = phr_parse_request(
            reinterpret_cast<const char *>(input), length, &method, &method_length, &path, &path_length, &version, headers, &fields, 0);
        if (consumed < 0) {
            return consumed;
        }

        for (size_t j = 0; j < fields; j++) {
            if (headers[j].name_len == sizeof Name - 1 && strncasecmp(headers[j].name, Name, sizeof Name - 1) == 0) {
                sum += consumed + headers[j].value_len;
                break;
            }
        }
    }

    return sum;
}
