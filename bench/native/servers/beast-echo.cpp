// An echo on Boost.Beast: one thread, asynchronous, no compression.
//
//   beast-echo [PORT]
//
// It says on its first line where it listens and ends with its input.
#include <utility>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <memory>

#include "../common/sockets.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

class Session : public std::enable_shared_from_this<Session> {
public:
    explicit Session(asio::ip::tcp::socket socket) : stream_(std::move(socket)) {
        stream_.auto_fragment(false);
        stream_.next_layer().set_option(asio::ip::tcp::no_delay(true));
    }

    void run() {
        stream_.async_accept([self = shared_from_this()](beast::error_code error) {
            if (!error) {
                self->read();
            }
        });
    }

private:
    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, size_t) {
            if (!error) {
                self->write();
            }
        });
    }

    void write() {
        stream_.text(stream_.got_text());
        stream_.async_write(buffer_.data(), [self = shared_from_this()](beast::error_code error, size_t) {
            if (!error) {
                self->buffer_.clear();
                self->read();
            }
        });
    }

    websocket::stream<asio::ip::tcp::socket, false> stream_;
    beast::flat_buffer buffer_;
};

static void accept(asio::ip::tcp::acceptor &acceptor) {
    acceptor.async_accept([&acceptor](beast::error_code error, asio::ip::tcp::socket socket) {
        if (!error) {
            std::make_shared<Session>(std::move(socket))->run();
        }

        accept(acceptor);
    });
}

static void wait_for_end(asio::posix::stream_descriptor &input, asio::io_context &context) {
    static char ignored[256];
    input.async_read_some(asio::buffer(ignored), [&](beast::error_code error, size_t) {
        if (error) {
            context.stop();
        } else {
            wait_for_end(input, context);
        }
    });
}

int main(int count, char **arguments) {
    raise_descriptor_limit();
    asio::io_context context(1);
    uint16_t port = count > 1 ? static_cast<uint16_t>(atoi(arguments[1])) : 0;
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    printf("ws://127.0.0.1:%u/\n", acceptor.local_endpoint().port());
    fflush(stdout);
    accept(acceptor);
    asio::posix::stream_descriptor input(context, 0);
    wait_for_end(input, context);
    context.run();
}
