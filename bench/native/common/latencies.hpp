// A histogram of times in nanoseconds, linear within each power of two, so that a percentile is right within 1.6 %.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

class Latencies {
public:
    void add(uint64_t nanoseconds) {
        counts_[bucket(nanoseconds)]++;
        total_++;
        if (nanoseconds > most_) {
            most_ = nanoseconds;
        }
    }

    void clear() { *this = Latencies(); }

    uint64_t count() const { return total_; }

    double most_microseconds() const { return most_ / 1e3; }

    // The time that the given part of all (0 to 1) did not exceed.
    double microseconds(double part) const {
        uint64_t wanted = static_cast<uint64_t>(part * total_);
        uint64_t seen = 0;
        for (unsigned i = 0; i < Buckets; i++) {
            seen += counts_[i];
            if (seen > wanted) {
                return middle(i) / 1e3;
            }
        }

        return most_microseconds();
    }

private:
    static constexpr unsigned Bits = 5;
    static constexpr unsigned Steps = 1u << Bits;
    static constexpr unsigned Buckets = (64 - Bits + 1) * Steps;

    static unsigned bucket(uint64_t value) {
        if (value < Steps) {
            return static_cast<unsigned>(value);
        }

        unsigned shift = std::bit_width(value) - 1 - Bits;
        return (shift + 1) * Steps + static_cast<unsigned>(value >> shift) - Steps;
    }

    static double middle(unsigned index) {
        if (index < Steps) {
            return index;
        }

        unsigned shift = index / Steps - 1;
        return static_cast<double>(uint64_t{Steps + index % Steps} << shift) + static_cast<double>(uint64_t{1} << shift) / 2;
    }

    uint64_t counts_[Buckets]{};
    uint64_t total_ = 0;
    uint64_t most_ = 0;
};
