// The parsers of uWebSockets: request heads, chunked bodies and frames. Heads and frames are changed in place, so they need bytes of their own.
#include <HttpParser.h>
#include <WebSocketProtocol.h>
#include <ctime>
#include <vector>

#include "peer.hpp"

namespace {

constexpr size_t Padding = 64;

// What is changed in place is a copy that this thread keeps.
char *copy(const uint8_t *input, size_t length) {
    static thread_local std::vector<char> bytes;
    if (bytes.size() < length + 2 * Padding) {
        bytes.resize(length + 2 * Padding);
    }

    memcpy(bytes.data() + Padding, input, length);
    return bytes.data() + Padding;
}

int64_t now_nanoseconds() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * int64_t{1000000000} + time.tv_nsec;
}

struct Frames {
    int64_t sum = 0;
    bool failed = false;

    static bool setCompressed(uWS::WebSocketState<true> *, void *) { return false; }

    static void forceClose(uWS::WebSocketState<true> *, void *user, std::string_view = {}) { static_cast<Frames *>(user)->failed = true; }

    static bool refusePayloadLength(uint64_t length, uWS::WebSocketState<true> *, void *) { return length > 16 * 1024 * 1024; }

    static bool handleFragment(char *data, size_t length, unsigned, int, bool, uWS::WebSocketState<true> *, void *user) {
        static_cast<Frames *>(user)->sum += static_cast<uint8_t>(data[length - 1]);
        return false;
    }
};

int64_t receive(char *bytes, size_t length) {
    uWS::WebSocketState<true> state;
    Frames frames;
    uWS::WebSocketProtocol<true, Frames>::consume(bytes, static_cast<unsigned>(length), &state, &frames);
    return frames.failed ? -1 : frames.sum;
}

}

// The parser writes lower case into names; after the first round there is nothing more to change, but it looks at each byte all the same.
PEER uwebsockets_request(const uint8_t *input, size_t length, int64_t count) {
    char *bytes = copy(input, length);
    int64_t sum = 0;
    int user = 0;
    uWS::HttpParser parser;
    for (int64_t i = 0; i < count; i++) {
        auto [consumed, result] = parser.consumePostPadded(
            bytes, static_cast<unsigned>(length), &user, nullptr,
            [&sum](void *self, uWS::HttpRequest *request) {
                sum += request->getHeader("sec-websocket-key").length();
                return self;
            },
            [](void *self, std::string_view, uint64_t) { return self; });
        if (result != &user) {
            return -1;
        }

        sum += length;
    }

    return sum;
}

PEER uwebsockets_chunked(const uint8_t *input, size_t length, int64_t) {
    std::string_view data(reinterpret_cast<const char *>(input), length);
    uint64_t state = uWS::STATE_IS_CHUNKED;
    int64_t sum = 0;
    for (std::string_view chunk : uWS::ChunkIterator(&data, &state)) {
        sum += chunk.length();
    }

    return uWS::isParsingInvalidChunkedEncoding(state) ? -1 : sum;
}

// The last byte of every payload, added up, and the copy of the input.
PEER uwebsockets_receive(const uint8_t *input, size_t length, int64_t) { return receive(copy(input, length), length); }

// The same, but returns the nanoseconds that it took without the copy.
PEER uwebsockets_receive_nanoseconds(const uint8_t *input, size_t length, int64_t) {
    char *bytes = copy(input, length);
    int64_t started = now_nanoseconds();
    int64_t sum = receive(bytes, length);
    int64_t ended = now_nanoseconds();
    return sum < 0 ? sum : ended - started;
}

PEER uwebsockets_utf8(const uint8_t *input, size_t length, int64_t count) {
    size_t size = length / count;
    for (int64_t i = 0; i < count; i++) {
        if (!uWS::protocol::isValidUtf8(const_cast<unsigned char *>(input + i * size), size)) {
            return -1;
        }
    }

    return count;
}
