// Sec-WebSocket-Accept (RFC 6455 section 4.2.2) with a plain SHA-1, so that the bare server needs no library.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

inline void sha1(std::string message, uint8_t (&digest)[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint64_t bits = uint64_t(message.size()) * 8;
    message.push_back('\x80');
    message.resize((message.size() + 8 + 63) / 64 * 64, '\0');
    for (int i = 0; i < 8; i++) {
        message[message.size() - 1 - i] = static_cast<char>(bits >> (8 * i));
    }

    for (size_t block = 0; block < message.size(); block += 64) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            uint32_t word;
            memcpy(&word, message.data() + block + 4 * i, 4);
            w[i] = __builtin_bswap32(word);
        }

        for (int i = 16; i < 80; i++) {
            w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        }

        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20) {
                f = (b & c) | (~b & d), k = 0x5A827999;
            } else if (i < 40) {
                f = b ^ c ^ d, k = 0x6ED9EBA1;
            } else if (i < 60) {
                f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
            } else {
                f = b ^ c ^ d, k = 0xCA62C1D6;
            }

            uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
            e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
        }

        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }

    for (int i = 0; i < 5; i++) {
        uint32_t word = __builtin_bswap32(h[i]);
        memcpy(digest + 4 * i, &word, 4);
    }
}

inline std::string accept_key(std::string_view key) {
    static const char Alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[21]{};
    sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", reinterpret_cast<uint8_t(&)[20]>(digest));
    std::string text;
    for (int i = 0; i < 21; i += 3) {
        uint32_t group = digest[i] << 16 | digest[i + 1] << 8 | digest[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) {
            text.push_back(Alphabet[(group >> shift) & 63]);
        }
    }

    text.back() = '=';
    return text;
}
