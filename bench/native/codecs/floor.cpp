// What the machine gives where nothing is checked that the work does not need: newline bitmaps, and frames unmasked into scratch.
#include <bit>
#include <immintrin.h>

#include "peer.hpp"

namespace {

// Adds up the lengths of lines by their ends, 64 bytes a step; `mask_of` answers which of them are line feeds.
template <typename MaskOf> int64_t lines(const uint8_t *input, size_t length, MaskOf mask_of) {
    int64_t sum = 0;
    size_t start = 0;
    size_t i = 0;
    for (; i + 64 <= length; i += 64) {
        for (uint64_t ends = mask_of(input + i); ends != 0; ends &= ends - 1) {
            size_t end = i + std::countr_zero(ends);
            sum += end - start;
            start = end + 1;
        }
    }

    for (; i < length; i++) {
        if (input[i] == '\n') {
            sum += i - start;
            start = i + 1;
        }
    }

    return sum;
}

// One masked frame in `data`, unmasked into `scratch`; the last byte of its payload.
template <typename Unmask> int64_t frames(const uint8_t *data, size_t length, Unmask unmask) {
    alignas(64) static uint8_t scratch[64 * 1024 + 64];
    const uint8_t *end = data + length;
    int64_t sum = 0;
    while (data < end) {
        size_t size = data[1] & 0x7F;
        size_t head = 6;
        if (size == 126) {
            size = data[2] << 8 | data[3];
            head = 8;
        } else if (size == 127) {
            uint64_t wide;
            memcpy(&wide, data + 2, 8);
            size = __builtin_bswap64(wide);
            head = 14;
        }

        if (data[0] != 0x82 || size > sizeof scratch - 64 || size == 0) {
            return -1;
        }

        uint32_t mask;
        memcpy(&mask, data + head - 4, 4);
        unmask(data + head, size, mask, scratch);
        sum += scratch[size - 1];
        asm volatile("" ::"r"(scratch) : "memory");
        data += head + size;
    }

    return sum;
}

void unmask_tail(const uint8_t *data, size_t from, size_t size, uint32_t mask, uint8_t *scratch) {
    for (size_t i = from; i < size; i++) {
        scratch[i] = data[i] ^ static_cast<uint8_t>(mask >> (8 * (i & 3)));
    }
}

}

#ifdef __AVX2__
PEER floor_lines_avx2(const uint8_t *input, size_t length, int64_t) {
    const __m256i feed = _mm256_set1_epi8('\n');
    return lines(input, length, [feed](const uint8_t *at) {
        uint32_t low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(at)), feed));
        uint32_t high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(at + 32)), feed));
        return uint64_t{high} << 32 | low;
    });
}

PEER floor_receive_avx2(const uint8_t *input, size_t length, int64_t) {
    return frames(input, length, [](const uint8_t *data, size_t size, uint32_t mask, uint8_t *scratch) {
        const __m256i wide = _mm256_set1_epi32(mask);
        size_t i = 0;
        for (; i + 32 <= size; i += 32) {
            __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(data + i));
            _mm256_storeu_si256(reinterpret_cast<__m256i *>(scratch + i), _mm256_xor_si256(block, wide));
        }

        unmask_tail(data, i, size, mask, scratch);
    });
}
#endif

#ifdef __AVX512BW__
PEER floor_lines_avx512(const uint8_t *input, size_t length, int64_t) {
    const __m512i feed = _mm512_set1_epi8('\n');
    return lines(input, length, [feed](const uint8_t *at) { return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(at), feed); });
}

PEER floor_receive_avx512(const uint8_t *input, size_t length, int64_t) {
    return frames(input, length, [](const uint8_t *data, size_t size, uint32_t mask, uint8_t *scratch) {
        const __m512i wide = _mm512_set1_epi32(mask);
        size_t i = 0;
        for (; i + 64 <= size; i += 64) {
            _mm512_storeu_si512(scratch + i, _mm512_xor_si512(_mm512_loadu_si512(data + i), wide));
        }

        __mmask64 rest = _bzhi_u64(~uint64_t{0}, size - i);
        _mm512_mask_storeu_epi8(scratch + i, rest, _mm512_xor_si512(_mm512_maskz_loadu_epi8(rest, data + i), wide));
    });
}
#endif
