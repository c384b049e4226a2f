//! UTF-8 with the crate simdutf8: whole texts.

/// Texts of one length one behind the other; how many there are, or -1 when one is not valid.
///
/// # Safety
/// `input` points to `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn simdutf8_utf8(input: *const u8, length: usize, count: i64) -> i64 {
    // In bounds: the caller says that so many bytes are there.
    let bytes = unsafe { core::slice::from_raw_parts(input, length) };
    let size = length / count as usize;
    for text in bytes.chunks_exact(size) {
        if simdutf8::basic::from_utf8(text).is_err() {
            return -1;
        }
    }

    count
}
