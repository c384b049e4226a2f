// Request heads and chunked bodies with llhttp.
#include <llhttp.h>
#include <strings.h>

#include "peer.hpp"

namespace {

struct Head {
    static constexpr char Name[] = "sec-websocket-key";
    const char *value = nullptr;
    size_t value_length = 0;
    bool wanted = false;
};

struct Body {
    int64_t bytes = 0;
};

int on_name(llhttp_t *parser, const char *at, size_t length) {
    static_cast<Head *>(parser->data)->wanted = length == sizeof Head::Name - 1 && strncasecmp(at, Head::Name, length) == 0;
    return 0;
}

int on_value(llhttp_t *parser, const char *at, size_t length) {
    Head &head = *static_cast<Head *>(parser->data);
    if (head.wanted) {
        head.value = at;
        head.value_length = length;
    }

    return 0;
}

int on_body(llhttp_t *parser, const char *, size_t length) {
    static_cast<Body *>(parser->data)->bytes += length;
    return 0;
}

}

PEER llhttp_request(const uint8_t *input, size_t length, int64_t count) {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_headers_complete = [](llhttp_t *) { return 2; };
    int64_t sum = 0;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    for (int64_t i = 0; i < count; i++) {
        Head head;
        llhttp_reset(&parser);
        parser.data = &head;
        llhttp_errno_t error = llhttp_execute(&parser, reinterpret_cast<const char *>(input), length);
        if (error != HPE_OK && error != HPE_PAUSED_UPGRADE) {
            return -static_cast<int64_t>(error);
        }

        sum += length + head.value_length;
    }

    return sum;
}

// Chunks without end behind one response head; the payload bytes.
PEER llhttp_chunked(const uint8_t *input, size_t length, int64_t) {
    struct Stream {
        llhttp_settings_t settings;
        llhttp_t parser;

        Stream() {
            static const char Start[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            llhttp_settings_init(&settings);
            settings.on_body = on_body;
            llhttp_init(&parser, HTTP_RESPONSE, &settings);
            Body none;
            parser.data = &none;
            llhttp_execute(&parser, Start, sizeof Start - 1);
        }
    };

    static Stream stream;
    Body body;
    stream.parser.data = &body;
    llhttp_errno_t error = llhttp_execute(&stream.parser, reinterpret_cast<const char *>(input), length);
    return error == HPE_OK ? body.bytes : -static_cast<int64_t>(error);
}
