// The shape of every native peer: it works through `length` bytes of `input`, in which there are `count` elements, and returns a figure that the
// benchmark compares with what ours finds, so that a peer that skips work is noticed. A negative figure is a failure. A whole batch is one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#define PEER extern "C" __attribute__((visibility("default"))) int64_t
