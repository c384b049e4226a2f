// A neutral load client for WebSocket echo servers: one thread, epoll, frames made once. It prints one JSON object.
//
//   echo-client URI|PORT [--connections N] [--length BYTES] [--in-flight N] [--seconds S] [--warm-up S] [--rate N] [--pid PID] [--idle]
//
// Without --rate every connection has --in-flight messages under way and sends another for each that comes back. With --rate, messages are due at
// fixed times, whatever the server does, and a latency begins when a message was due, not when it could be sent (no coordinated omission). Then
// messages a second are those that were due within the measured seconds and answered by their end; what is not answered within five seconds more
// counts as unanswered, with the time until then as its latency. With --pid the CPU time that the
// server used within the measured seconds and its memory are told too. With --idle the connections are only opened; the client says so and holds
// them until its input ends.
#include <memory>
#include <string_view>

#include "../common/latencies.hpp"
#include "../common/sockets.hpp"
#include "connection.hpp"
#include "server_process.hpp"

struct Options {
    Address address;
    size_t connections = 64;
    size_t length = 64;
    size_t in_flight = 1;
    double seconds = 2;
    double warm_up = 0.5;
    double rate = 0;
    int pid = 0;
    bool idle = false;

    static Options parse(int count, char **arguments) {
        if (count < 2) {
            usage();
        }

        Options options;
        options.address = Address::parse(arguments[1]);
        for (int i = 2; i < count; i++) {
            std::string_view name = arguments[i];
            if (name == "--idle") {
                options.idle = true;
                continue;
            }

            if (i + 1 == count) {
                usage();
            }

            double value = atof(arguments[++i]);
            if (name == "--connections") {
                options.connections = static_cast<size_t>(value);
            } else if (name == "--length") {
                options.length = static_cast<size_t>(value);
            } else if (name == "--in-flight") {
                options.in_flight = static_cast<size_t>(value);
            } else if (name == "--seconds") {
                options.seconds = value;
            } else if (name == "--warm-up") {
                options.warm_up = value;
            } else if (name == "--rate") {
                options.rate = value;
            } else if (name == "--pid") {
                options.pid = static_cast<int>(value);
            } else {
                usage();
            }
        }

        return options;
    }

    [[noreturn]] static void usage() {
        fprintf(
            stderr,
            "usage: echo-client URI|PORT [--connections N] [--length BYTES] [--in-flight N] [--seconds S] [--warm-up S] [--rate N] [--pid PID] "
            "[--idle]\n");
        exit(2);
    }
};

class Load {
public:
    explicit Load(const Options &options)
        : options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)), frame_(options.length), server_(options.pid), buffer_(512 * 1024) {
        for (size_t i = 0; i < options.connections; i++) {
            connections_.push_back(std::make_unique<Connection>(options.address, epoll_));
        }
    }

    void run_idle() {
        printf("{\"mode\":\"idle\",\"connections\":%zu%s}\n", connections_.size(), server_.memory().c_str());
        fflush(stdout);
        while (getchar() != EOF) {
        }
    }

    void run_closed() {
        uint64_t start = now_nanoseconds();
        for (auto &connection : connections_) {
            for (size_t i = 0; i < options_.in_flight; i++) {
                connection->add(frame_, start);
            }

            connection->send_added(frame_);
        }

        turn_until(start + nanoseconds(options_.warm_up));
        begin();
        turn_until(measured_from_ + nanoseconds(options_.seconds));
        print("closed", 0);
    }

    void run_open() {
        next_due_ = now_nanoseconds();
        uint64_t warm = next_due_ + nanoseconds(options_.warm_up);
        turn_open(warm);
        begin();
        uint64_t end = measured_from_ + nanoseconds(options_.seconds);
        turn_open(end);
        uint64_t patience = end + nanoseconds(5);
        server_.end();
        measured_to_ = now_nanoseconds();
        uint64_t in_time = latencies_.count();
        while (under_way() > 0 && now_nanoseconds() < patience) {
            turn(0);
        }

        messages_ = in_time;
        size_t unanswered = 0;
        uint64_t now = now_nanoseconds();
        for (auto &connection : connections_) {
            for (size_t i = connection->under_way(); i > 0; i--) {
                latencies_.add(connection->give_up(now));
                unanswered++;
            }
        }

        print("open", unanswered);
    }

private:
    static uint64_t nanoseconds(double seconds) { return static_cast<uint64_t>(seconds * 1e9); }

    void begin() {
        latencies_.clear();
        messages_ = 0;
        server_.begin();
        measured_from_ = now_nanoseconds();
    }

    void turn_until(uint64_t end) {
        while (now_nanoseconds() < end) {
            turn(100);
        }
    }

    // Sends what is due by now and looks for echoes, without ever sleeping: a timer would be late.
    void turn_open(uint64_t end) {
        double interval = 1e9 / options_.rate;
        uint64_t now;
        while ((now = now_nanoseconds()) < end) {
            for (; next_due_ <= now; next_due_ += static_cast<uint64_t>(interval)) {
                Connection &connection = *connections_[next_connection_];
                next_connection_ = next_connection_ + 1 == connections_.size() ? 0 : next_connection_ + 1;
                connection.add(frame_, next_due_);
                connection.send_added(frame_);
            }

            turn(0);
        }
    }

    void turn(int timeout) {
        epoll_event events[256];
        int count = epoll_wait(epoll_, events, 256, timeout);
        for (int i = 0; i < count; i++) {
            Connection &connection = *static_cast<Connection *>(events[i].data.ptr);
            if (events[i].events & EPOLLOUT) {
                connection.unblock(frame_);
            }

            if (events[i].events & ~EPOLLOUT) {
                size_t messages = connection.receive(buffer_, options_.length, latencies_, measured_from_);
                messages_ += messages;
                if (options_.rate == 0) {
                    uint64_t now = now_nanoseconds();
                    for (size_t j = 0; j < messages; j++) {
                        connection.add(frame_, now);
                    }

                    connection.send_added(frame_);
                }
            }
        }
    }

    size_t under_way() const {
        size_t count = 0;
        for (auto &connection : connections_) {
            count += connection->under_way();
        }

        return count;
    }

    void print(const char *mode, size_t unanswered) {
        if (measured_to_ == 0) {
            measured_to_ = now_nanoseconds();
            server_.end();
        }

        double seconds = (measured_to_ - measured_from_) / 1e9;
        printf(
            "{\"mode\":\"%s\",\"connections\":%zu,\"length\":%zu,\"in_flight\":%zu,\"rate\":%.0f,\"seconds\":%.3f,\"messages\":%llu,"
            "\"messages_per_second\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p99_9_us\":%.1f,\"max_us\":%.1f,\"unanswered\":%zu%s%s}\n",
            mode, connections_.size(), options_.length, options_.rate > 0 ? 0 : options_.in_flight, options_.rate, seconds,
            static_cast<unsigned long long>(messages_), messages_ / seconds, latencies_.microseconds(0.5), latencies_.microseconds(0.99),
            latencies_.microseconds(0.999), latencies_.most_microseconds(), unanswered, server_.cpu(messages_).c_str(),
            server_.memory().c_str());
    }

    const Options options_;
    int epoll_;
    RepeatedFrame frame_;
    ServerProcess server_;
    std::vector<uint8_t> buffer_;
    std::vector<std::unique_ptr<Connection>> connections_;
    Latencies latencies_;
    uint64_t messages_ = 0;
    uint64_t measured_from_ = 0;
    uint64_t measured_to_ = 0;
    uint64_t next_due_ = 0;
    size_t next_connection_ = 0;
};

int main(int count, char **arguments) {
    Options options = Options::parse(count, arguments);
    raise_descriptor_limit();
    Load load(options);
    if (options.idle) {
        load.run_idle();
    } else if (options.rate > 0) {
        load.run_open();
    } else {
        load.run_closed();
    }
}
