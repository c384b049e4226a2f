// What the process of a server costs, as the system counts it: CPU time within the measured seconds, and memory.
#pragma once

#include <cstdio>
#include <string>
#include <time.h>

class ServerProcess {
public:
    explicit ServerProcess(int pid) : pid_(pid) {}

    void begin() { from_ = cpu_seconds(); }

    void end() { to_ = cpu_seconds(); }

    // JSON members with a comma in front, or nothing when no process was named.
    std::string cpu(unsigned long long messages) const {
        if (pid_ == 0) {
            return "";
        }

        double seconds = to_ - from_;
        char text[128];
        snprintf(
            text, sizeof text, ",\"server_cpu_seconds\":%.3f,\"server_cpu_seconds_per_million\":%.3f", seconds,
            messages == 0 ? 0 : seconds / messages * 1e6);
        return text;
    }

    std::string memory() const {
        if (pid_ == 0) {
            return "";
        }

        long pages = 0;
        std::string path = "/proc/" + std::to_string(pid_) + "/statm";
        if (FILE *file = fopen(path.c_str(), "r")) {
            if (fscanf(file, "%*d %ld", &pages) != 1) {
                pages = 0;
            }

            fclose(file);
        }

        return ",\"server_rss_kb\":" + std::to_string(pages * 4);
    }

private:
    double cpu_seconds() const {
        clockid_t clock;
        timespec time{};
        if (pid_ == 0 || clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) {
            return 0;
        }

        return time.tv_sec + time.tv_nsec / 1e9;
    }

    int pid_;
    double from_ = 0;
    double to_ = 0;
};
