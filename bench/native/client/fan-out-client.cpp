// Counts what a server sends to many: opens event streams (text/event-stream), asks for a broadcast, and says how long the last event took.
//
//   fan-out-client URI [--connections N] [--events N] [--length BYTES] [--rounds N] [--pid PID]
//
// A GET of /events subscribes, and a GET of /publish?events=N&length=BYTES sends so many events to all. An event ends with an empty line; data
// has no line feed. The first round warms up and does not count. It prints one JSON object with the median of the others.
#include <algorithm>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <vector>

#include "../common/sockets.hpp"
#include "server_process.hpp"

struct Options {
    Address address;
    size_t connections = 1000;
    size_t events = 100;
    size_t length = 128;
    size_t rounds = 5;
    int pid = 0;

    static Options parse(int count, char **arguments) {
        Options options;
        if (count < 2 || count % 2 != 0) {
            usage();
        }

        options.address = Address::parse(arguments[1]);
        for (int i = 2; i < count; i += 2) {
            std::string_view name = arguments[i];
            size_t value = strtoull(arguments[i + 1], nullptr, 10);
            if (name == "--connections") {
                options.connections = value;
            } else if (name == "--events") {
                options.events = value;
            } else if (name == "--length") {
                options.length = value;
            } else if (name == "--rounds") {
                options.rounds = value;
            } else if (name == "--pid") {
                options.pid = static_cast<int>(value);
            } else {
                usage();
            }
        }

        return options;
    }

    [[noreturn]] static void usage() {
        fprintf(stderr, "usage: fan-out-client URI [--connections N] [--events N] [--length BYTES] [--rounds N] [--pid PID]\n");
        exit(2);
    }
};

static void send_get(int socket, const Address &address, const std::string &target) {
    std::string request = "GET " + target + " HTTP/1.1\r\nHost: " + address.host + ":" + address.port + "\r\n\r\n";
    if (send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        fail("send");
    }
}

static std::string read_head(int socket) {
    std::string head;
    char byte;
    while (!head.ends_with("\r\n\r\n")) {
        if (recv(socket, &byte, 1, 0) != 1) {
            fprintf(stderr, "The server ended a connection before its response.\n");
            exit(1);
        }

        head.push_back(byte);
    }

    if (!head.starts_with("HTTP/1.1 2")) {
        fprintf(stderr, "The server refused:\n%s", head.c_str());
        exit(1);
    }

    return head;
}

// Counts the empty lines of an event stream, whose chunks may end anywhere.
class Stream {
public:
    int socket = -1;

    void open(const std::string &head) { chunked_ = head.find("chunked") != std::string::npos; }

    size_t count_events(const uint8_t *bytes, size_t size) {
        if (!chunked_) {
            return count(bytes, size);
        }

        size_t events = 0;
        const uint8_t *end = bytes + size;
        while (bytes < end) {
            if (left_ > 0) {
                size_t part = static_cast<size_t>(end - bytes) < left_ ? end - bytes : left_;
                events += count(bytes, part);
                bytes += part;
                left_ -= part;
                continue;
            }

            // The line feed behind a chunk's data has no digit in front of it; the one behind a size has.
            uint8_t byte = *bytes++;
            if (byte == '\n') {
                left_ = size_;
                size_ = 0;
            } else if (byte != '\r') {
                size_ = size_ * 16 + (byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10);
            }
        }

        return events;
    }

private:
    size_t count(const uint8_t *bytes, size_t size) {
        size_t events = 0;
        for (size_t i = 0; i < size; i++) {
            events += bytes[i] == '\n' && last_ == '\n';
            last_ = bytes[i];
        }

        return events;
    }

    uint8_t last_ = 0;
    bool chunked_ = false;
    size_t left_ = 0;
    size_t size_ = 0;
};

int main(int count, char **arguments) {
    Options options = Options::parse(count, arguments);
    raise_descriptor_limit();
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<Stream> streams(options.connections);
    for (Stream &stream : streams) {
        stream.socket = connect_to(options.address);
        send_get(stream.socket, options.address, "/events");
        stream.open(read_head(stream.socket));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = &stream;
        epoll_ctl(epoll, EPOLL_CTL_ADD, stream.socket, &event);
    }

    std::string order = "/publish?events=" + std::to_string(options.events) + "&length=" + std::to_string(options.length);
    std::vector<uint8_t> buffer(256 * 1024);
    std::vector<double> times;
    ServerProcess server(options.pid);
    for (size_t round = 0; round <= options.rounds; round++) {
        if (round == 1) {
            server.begin();
        }

        uint64_t started = now_nanoseconds();
        int control = connect_to(options.address);
        send_get(control, options.address, order);
        size_t missing = options.connections * options.events;
        while (missing > 0) {
            epoll_event events[256];
            int ready = epoll_wait(epoll, events, 256, 10000);
            if (ready <= 0) {
                fprintf(stderr, "%zu events did not come.\n", missing);
                exit(1);
            }

            for (int i = 0; i < ready; i++) {
                Stream &stream = *static_cast<Stream *>(events[i].data.ptr);
                ssize_t size = recv(stream.socket, buffer.data(), buffer.size(), 0);
                size_t found = size > 0 ? stream.count_events(buffer.data(), size) : 0;
                if (size <= 0 || found > missing) {
                    fprintf(stderr, size <= 0 ? "The server ended a stream.\n" : "More events came than were asked for.\n");
                    exit(1);
                }

                missing -= found;
            }
        }

        double milliseconds = (now_nanoseconds() - started) / 1e6;
        close(control);
        if (round > 0) {
            times.push_back(milliseconds);
        }
    }

    server.end();
    std::sort(times.begin(), times.end());
    double median = times[times.size() / 2];
    printf(
        "{\"mode\":\"fan-out\",\"connections\":%zu,\"events\":%zu,\"length\":%zu,\"milliseconds\":%.2f,\"events_per_second\":%.0f%s%s}\n",
        options.connections, options.events, options.length, median, options.connections * options.events / median * 1e3,
        server.cpu(options.connections * options.events * options.rounds).c_str(), server.memory().c_str());
}
