// Request heads with Boost.Beast, which makes objects of the fields.
#include <boost/beast/http.hpp>

#include "peer.hpp"

namespace http = boost::beast::http;

PEER beast_request(const uint8_t *input, size_t length, int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        http::request_parser<http::empty_body> parser;
        boost::beast::error_code error;
        size_t consumed = parser.put(boost::asio::const_buffer(input, length), error);
        if (error) {
            return -1;
        }

        sum += consumed + parser.get()[http::field::sec_websocket_key].length();
    }

    return sum;
}
