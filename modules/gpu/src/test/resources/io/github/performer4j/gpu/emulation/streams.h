// Streams, events and graphs: what a stream is asked waits in its queue until the schedule, or a call that waits, lets it run. Only
// events order streams, so that a missing one shows under some schedule.
namespace emulation {

static const int MOST_DEVICES = 8;
typedef std::lock_guard<std::recursive_mutex> Guard;

struct Stream;

/** Said when a stream has come to where an event was recorded. */
struct Ticket {
    Stream *stream;
    bool done;
};

struct Task {
    std::function<int()> run;
    std::shared_ptr<Ticket> waits; // runs when this is done; null for nothing
};

struct Graph {
    int device;
    bool broken;
    std::vector<std::function<int()>> nodes;
};

struct Stream {
    int device;
    bool apart; // one that does not wait for others: where copies run
    std::deque<Task> queue;
    Graph *recording;
};

struct Event {
    int device;
    std::shared_ptr<Ticket> last;
};

/** Values of a kernel's arguments, as they were when it was launched. */
struct Arguments {
    std::vector<u64> values;
    std::vector<void *> pointers;
    Arguments(void **from, int n) : values(n), pointers(n) {
        for (int i = 0; i < n; i++) {
            memcpy(&values[i], from[i], 8);
            pointers[i] = &values[i];
        }
    }
};

static std::set<Stream *> streams;
static std::vector<Stream *> by_age;
static std::set<Event *> events;
static std::set<Graph *> graphs;
static int broken[MOST_DEVICES]; // the first failure of what ran later than it was asked
static int recorded, launched, most_alive; // graphs

// 0 at once; 1 as late as calls that wait allow; 2 copies at once and all else late; 3 copies late and all else at once; 4 drawn from a seed
static int schedule;
static u64 draws;

static u64 drawn(u64 below) {
    u64 z = (draws += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    return (z ^ (z >> 31)) % below;
}

static Stream *stream_of(void *s) { return streams.count((Stream *)s) > 0 ? (Stream *)s : nullptr; }
static Event *event_of(void *e) { return events.count((Event *)e) > 0 ? (Event *)e : nullptr; }

static bool ready(Stream *s) { return !s->queue.empty() && (s->queue.front().waits == nullptr || s->queue.front().waits->done); }

static void run_one(Stream *s) {
    Task task = s->queue.front();
    s->queue.pop_front();
    running_on = s->device;
    int status = broken[s->device] != 0 ? 0 : task.run();
    running_on = 0;
    if (status != 0) {
        broken[s->device] = status;
    }
}

static bool at_once(Stream *s) { return schedule == 0 || (schedule == 2 && s->apart) || (schedule == 3 && !s->apart); }

/** Lets streams run: those that run at once, or some tasks of drawn ones. */
static void let_run() {
    bool moved = true;
    while (moved) {
        moved = false;
        for (Stream *s : by_age) {
            while (at_once(s) && ready(s)) {
                run_one(s);
                moved = true;
            }
        }
    }
    for (u64 i = schedule == 4 ? drawn(4) : 0; i > 0; i--) {
        std::vector<Stream *> able;
        std::copy_if(by_age.begin(), by_age.end(), std::back_inserter(able), ready);
        if (!able.empty()) {
            run_one(able[drawn(able.size())]);
        }
    }
}

static int enqueue(Stream *s, std::function<int()> run, std::shared_ptr<Ticket> waits = nullptr) {
    if (s->recording != nullptr) {
        s->recording->nodes.push_back(run);
        return 0;
    }
    s->queue.push_back(Task{run, waits});
    let_run();
    return broken[s->device];
}

static void run_until(const std::shared_ptr<Ticket> &ticket);

/** Runs what stands in a stream, and of others what that waits for. */
static void run_all(Stream *s) {
    while (!s->queue.empty()) {
        let_run();
        if (!s->queue.empty()) {
            run_until(s->queue.front().waits);
            run_one(s);
        }
    }
}

static void run_until(const std::shared_ptr<Ticket> &ticket) {
    while (ticket != nullptr && !ticket->done) {
        Stream *s = ticket->stream;
        run_until(s->queue.front().waits);
        run_one(s);
    }
}

static void run_device(int device) {
    for (Stream *s : by_age) {
        if (s->device == device) {
            run_all(s);
        }
    }
}

/** Breaks what streams of a device record: such a call is not allowed then. */
static bool break_recordings(int device) {
    bool any = false;
    for (Stream *s : by_age) {
        if (s->device == device && s->recording != nullptr) {
            s->recording->broken = any = true;
        }
    }
    return any;
}

static void *make_stream(int device, bool apart) {
    Stream *s = new Stream{device, apart, {}, nullptr};
    streams.insert(s);
    by_age.push_back(s);
    return s;
}

static bool destroy_stream(void *at) {
    Stream *s = stream_of(at);
    if (s == nullptr) {
        return false;
    }
    run_all(s);
    streams.erase(s);
    by_age.erase(std::find(by_age.begin(), by_age.end(), s));
    return true; // tickets know it still
}

static void *make_event(int device) {
    Event *e = new Event{device, nullptr};
    events.insert(e);
    return e;
}

static bool destroy_event(void *at) { return events.erase((Event *)at) > 0; }

extern "C" {

void emulation_schedule(int kind, u64 seed) {
    Guard lock(guard);
    schedule = kind;
    draws = seed;
    recorded = launched = most_alive = 0;
    graphs.clear(); // those of devices that were lost
}

int emulation_alive() { return (int)graphs.size(); }
int emulation_most_alive() { return most_alive; }
int emulation_recorded() { return recorded; }
int emulation_launched() { return launched; }

} // extern "C"
} // namespace emulation
