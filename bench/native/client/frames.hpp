// The bytes that a client sends, which repeat, and a reader of what comes back that looks at headers only.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

// One masked binary message, over and over: sending is a matter of how many bytes, and of where in the message they begin.
class RepeatedFrame {
public:
    explicit RepeatedFrame(size_t length) {
        std::vector<uint8_t> frame{0x82};
        if (length < 126) {
            frame.push_back(static_cast<uint8_t>(0x80 | length));
        } else if (length < 65536) {
            frame.insert(frame.end(), {0x80 | 126, static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length)});
        } else {
            frame.push_back(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.push_back(static_cast<uint8_t>(uint64_t(length) >> shift));
            }
        }

        const uint8_t mask[4] = {0x37, 0xFA, 0x21, 0x3D};
        frame.insert(frame.end(), mask, mask + 4);
        for (size_t i = 0; i < length; i++) {
            frame.push_back(payload(i) ^ mask[i & 3]);
        }

        size_ = frame.size();
        size_t copies = 1 + Longest / size_;
        for (size_t i = 0; i <= copies; i++) {
            bytes_.insert(bytes_.end(), frame.begin(), frame.end());
        }
    }

    static uint8_t payload(size_t position) { return static_cast<uint8_t>('a' + position % 23); }

    size_t size() const { return size_; }

    const uint8_t *from(size_t phase) const { return bytes_.data() + phase; }

    // At most as many bytes may be sent at once, from any phase.
    size_t longest() const { return bytes_.size() - size_; }

private:
    static constexpr size_t Longest = 256 * 1024;
    size_t size_;
    std::vector<uint8_t> bytes_;
};

// Reads the frames of a server in any split and any fragmentation; the payload of the first message of a connection is compared, others are skipped.
class EchoReader {
public:
    // Returns how many whole messages ended within `data`; ends the process when one is not what was sent.
    size_t read(const uint8_t *data, size_t size, size_t expected) {
        size_t messages = 0;
        const uint8_t *end = data + size;
        while (data < end) {
            if (remaining_ == 0) {
                data = read_header(data, end);
                if (!header_done_) {
                    break;
                }

                header_done_ = false;
            }

            size_t part = static_cast<size_t>(end - data) < remaining_ ? end - data : remaining_;
            if (is_data_) {
                check(data, part);
                message_ += part;
            }

            data += part;
            remaining_ -= part;
            if (remaining_ == 0 && is_data_ && final_) {
                if (message_ != expected) {
                    fprintf(stderr, "A message of %zu bytes came back with %zu.\n", expected, message_);
                    exit(1);
                }

                message_ = 0;
                compared_ = true;
                messages++;
            }
        }

        return messages;
    }

private:
    const uint8_t *read_header(const uint8_t *data, const uint8_t *end) {
        while (data < end) {
            header_[held_++] = *data++;
            if (held_ >= 2 && held_ == 2u + (header_[1] == 126 ? 2 : header_[1] == 127 ? 8 : 0)) {
                uint64_t length = header_[1];
                if (held_ > 2) {
                    length = 0;
                    for (unsigned i = 2; i < held_; i++) {
                        length = length << 8 | header_[i];
                    }
                }

                uint8_t opcode = header_[0] & 15;
                if (opcode == 8 || header_[1] & 0x80 || header_[0] & 0x70) {
                    fprintf(stderr, "The server sent a Close or a frame that no echo is: %02x %02x.\n", header_[0], header_[1]);
                    exit(1);
                }

                is_data_ = opcode < 8;
                final_ = header_[0] & 0x80;
                remaining_ = length;
                held_ = 0;
                header_done_ = true;
                break;
            }
        }

        return data;
    }

    void check(const uint8_t *data, size_t size) {
        if (compared_) {
            return;
        }

        for (size_t i = 0; i < size; i++) {
            if (data[i] != RepeatedFrame::payload(message_ + i)) {
                fprintf(stderr, "Byte %zu of a message came back as another.\n", message_ + i);
                exit(1);
            }
        }
    }

    uint64_t remaining_ = 0;
    size_t message_ = 0;
    uint8_t header_[10];
    uint8_t held_ = 0;
    bool header_done_ = false;
    bool is_data_ = false;
    bool final_ = false;
    bool compared_ = false;
};
