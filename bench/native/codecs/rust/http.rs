//! Request heads with the crate httparse: parse, then look one field up.

/// One head, parsed `count` times; the bytes consumed and the length of the key, added up.
///
/// # Safety
/// `input` points to `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn httparse_request(input: *const u8, length: usize, count: i64) -> i64 {
    // In bounds: the caller says that so many bytes are there.
    let bytes = unsafe { core::slice::from_raw_parts(input, length) };
    let mut sum = 0;
    for _ in 0..count {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(bytes) {
            Ok(httparse::Status::Complete(consumed)) => {
                for header in request.headers.iter() {
                    if header.name.eq_ignore_ascii_case("sec-websocket-key") {
                        sum += (consumed + header.value.len()) as i64;
                        break;
                    }
                }
            }
            _ => return -1,
        }
    }

    sum
}
