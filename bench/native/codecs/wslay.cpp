// Frames with wslay: it copies from its callback and unmasks in its own buffer.
#include <sys/types.h>
#include <wslay/wslay.h>

#include "peer.hpp"

namespace {

struct Input {
    const uint8_t *bytes;
    size_t left;
};

ssize_t take(uint8_t *buffer, size_t length, int, void *user) {
    Input &input = *static_cast<Input *>(user);
    size_t part = length < input.left ? length : input.left;
    memcpy(buffer, input.bytes, part);
    input.bytes += part;
    input.left -= part;
    return part;
}

}

// The last byte of every payload, added up.
PEER wslay_receive(const uint8_t *input, size_t length, int64_t count) {
    Input source{input, length};
    wslay_frame_callbacks callbacks{};
    callbacks.recv_callback = take;
    wslay_frame_context_ptr context;
    if (wslay_frame_context_init(&context, &callbacks, &source) != 0) {
        return -1;
    }

    int64_t sum = 0;
    uint64_t seen = 0;
    while (count > 0) {
        wslay_frame_iocb part{};
        ssize_t size = wslay_frame_recv(context, &part);
        if (size < 0) {
            sum = -1;
            break;
        }

        seen += part.data_length;
        if (seen == part.payload_length) {
            sum += part.data[part.data_length - 1];
            seen = 0;
            count--;
        }
    }

    wslay_frame_context_free(context);
    return sum;
}
