/* The floor: about the least a correct HTTP/1.1 answer can cost through epoll on one thread. It reads a request head to its
 * end, compares method and path, honours Content-Length, keep-alive, pipelining and Connection: close, survives requests
 * split anywhere, and formats every response when asked. It is a measuring stick, not a server: no timeouts, no TLS. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT = 64 * 1024, OUTPUT = 256 * 1024, EVENTS = 512, LONGEST_ANSWER = 512, LONGEST_MESSAGE = 4096 };

/* A connection holds memory only for what is unfinished: a partial request, or an answer the socket would not take yet. */
typedef struct {
    int fd, closing;
    char *partial; size_t partial_length;
    char *unsent; size_t unsent_length;
} connection;

static char input[INPUT], output[OUTPUT];
static size_t output_length;
static char date[64]; static time_t date_second;
static int poller;

static void refresh_date(void) {
    time_t now = time(NULL);
    if (now == date_second) return;
    struct tm utc;
    date_second = now;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
}

static void put(const char *bytes, size_t length) { memcpy(output + output_length, bytes, length); output_length += length; }
static void put_text(const char *text) { put(text, strlen(text)); }

static void put_number(size_t value) {
    char digits[20]; int at = sizeof digits;
    do digits[--at] = (char)('0' + value % 10); while (value /= 10);
    put(digits + at, sizeof digits - at);
}

static void answer(const char *status, const char *type, const char *before, const char *middle, size_t middle_length,
                   const char *after, int closing) {
    put_text("HTTP/1.1 "); put_text(status);
    put_text("\r\nServer: floor\r\nDate: "); put(date, 29);
    put_text("\r\nContent-Type: "); put_text(type);
    put_text("\r\nContent-Length: "); put_number(strlen(before) + middle_length + strlen(after));
    put_text(closing ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n");
    put_text(before); put(middle, middle_length); put_text(after);
}

/* The one shape /echo accepts: an object with the string member "message"; whitespace between tokens, no escapes. */
static const char *message_of(const char *body, size_t length, size_t *found) {
    const char *at = body, *end = body + length;
    #define SPACES() while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++
    #define TAKE(c) do { SPACES(); if (at >= end || *at != (c)) return NULL; at++; } while (0)
    TAKE('{'); SPACES();
    if (end - at < 9 || memcmp(at, "\"message\"", 9) != 0) return NULL;
    at += 9;
    TAKE(':'); TAKE('"');
    const char *start = at;
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ') at++;
    *found = (size_t)(at - start);
    if (*found > LONGEST_MESSAGE) return NULL;
    TAKE('"'); TAKE('}'); SPACES();
    return at == end ? start : NULL;
}

/* "/users/{id}" and the 200 routes "/r0/{id}" to "/r199/{id}". */
static const char *id_of(const char *path, size_t length, size_t *found) {
    size_t at = 0;
    if (length > 7 && memcmp(path, "/users/", 7) == 0) at = 7;
    else if (length > 3 && path[0] == '/' && path[1] == 'r') {
        unsigned number = 0;
        for (at = 2; at < length && at < 5 && path[at] >= '0' && path[at] <= '9'; at++) number = number * 10 + (unsigned)(path[at] - '0');
        if (at == 2 || number >= 200 || at >= length || path[at] != '/') return NULL;
        at++;
    } else return NULL;
    *found = length - at;
    return *found == 0 || *found > LONGEST_MESSAGE || memchr(path + at, '/', *found) ? NULL : path + at;
}

#define IS(text, length, literal) ((length) == sizeof(literal) - 1 && memcmp(text, literal, sizeof(literal) - 1) == 0)

/* Answers one request at the start of bytes. Returns its length, 0 when it is not all there, -1 when it is beyond us. */
static ssize_t one(connection *c, const char *bytes, size_t length) {
    const char *head_end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!head_end) return length < INPUT / 2 ? 0 : -1;
    const char *line_end = memmem(bytes, length, "\r\n", 2);
    const char *method_end = memchr(bytes, ' ', (size_t)(line_end - bytes));
    if (!method_end) return -1;
    const char *path = method_end + 1, *path_end = memchr(path, ' ', (size_t)(line_end - path));
    if (!path_end || !IS(path_end + 1, (size_t)(line_end - path_end - 1), "HTTP/1.1")) return -1;

    size_t body_length = 0;
    int closing = 0;
    for (const char *field = line_end + 2; field < head_end + 2;) {
        const char *end = memmem(field, (size_t)(head_end + 2 - field), "\r\n", 2);
        const char *colon = memchr(field, ':', (size_t)(end - field));
        if (!colon) return -1;
        size_t name = (size_t)(colon - field);
        const char *value = colon + 1;
        while (value < end && *value == ' ') value++;
        if (name == 14 && strncasecmp(field, "content-length", 14) == 0) {
            if (value == end) return -1;
            for (body_length = 0; value < end; value++) {
                if (*value < '0' || *value > '9' || body_length > INPUT) return -1;
                body_length = body_length * 10 + (size_t)(*value - '0');
            }
        } else if (name == 10 && strncasecmp(field, "connection", 10) == 0) {
            closing = end - value == 5 && strncasecmp(value, "close", 5) == 0;
        } else if (name == 17 && strncasecmp(field, "transfer-encoding", 17) == 0) return -1;
        field = end + 2;
    }
    const char *body = head_end + 4;
    size_t total = (size_t)(body - bytes) + body_length;
    if (total > INPUT / 2) return -1;
    if (total > length) return 0;

    size_t method_length = (size_t)(method_end - bytes), path_length = (size_t)(path_end - path), found = 0;
    const char *text;
    if (IS(bytes, method_length, "GET")) {
        if (IS(path, path_length, "/plaintext")) answer("200 OK", "text/plain", "", "Hello, World!", 13, "", closing);
        else if (IS(path, path_length, "/json")) answer("200 OK", "application/json", "{\"message\":\"", "Hello, World!", 13, "\"}", closing);
        else if ((text = id_of(path, path_length, &found))) answer("200 OK", "application/json", "{\"id\":\"", text, found, "\"}", closing);
        else answer("404 Not Found", "text/plain", "", "", 0, "", closing);
    } else if (IS(bytes, method_length, "POST") && IS(path, path_length, "/echo")) {
        text = message_of(body, body_length, &found);
        if (text) answer("200 OK", "application/json", "{\"message\":\"", text, found, "\"}", closing);
        else answer("400 Bad Request", "text/plain", "", "", 0, "", closing);
    } else answer("404 Not Found", "text/plain", "", "", 0, "", closing);
    c->closing = closing;
    return (ssize_t)total;
}

static void hang_up(connection *c) { close(c->fd); free(c->partial); free(c->unsent); free(c); }

/* Sends what was answered; keeps the rest for EPOLLOUT. Returns 0 when the connection is gone. */
static int flush_output(connection *c) {
    size_t sent = 0;
    while (sent < output_length) {
        ssize_t n = send(c->fd, output + sent, output_length - sent, MSG_NOSIGNAL);
        if (n > 0) { sent += (size_t)n; continue; }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) { hang_up(c); return 0; }
        c->unsent_length = output_length - sent;
        c->unsent = malloc(c->unsent_length);
        memcpy(c->unsent, output + sent, c->unsent_length);
        struct epoll_event event = { .events = EPOLLOUT, .data.ptr = c };
        epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
        return 1;
    }
    if (c->closing) { hang_up(c); return 0; }
    return 1;
}

static void receive(connection *c);

static void resume_unsent(connection *c) {
    ssize_t n = send(c->fd, c->unsent, c->unsent_length, MSG_NOSIGNAL);
    if (n < 0) { if (errno != EAGAIN && errno != EINTR) hang_up(c); return; }
    c->unsent_length -= (size_t)n;
    memmove(c->unsent, c->unsent + n, c->unsent_length);
    if (c->unsent_length) return;
    free(c->unsent); c->unsent = NULL;
    if (c->closing) { hang_up(c); return; }
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
    if (c->partial) receive(c);        /* whole requests may have waited for room */
}

static void receive(connection *c) {
    size_t length = c->partial_length;
    if (length) { memcpy(input, c->partial, length); free(c->partial); c->partial = NULL; c->partial_length = 0; }
    if (length < INPUT) {
        ssize_t n = recv(c->fd, input + length, INPUT - length, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) n = 0;
        else if (n <= 0) { hang_up(c); return; }
        length += (size_t)n;
    }
    size_t at = 0;
    output_length = 0;
    while (at < length && !c->closing) {
        if (output_length > OUTPUT - LONGEST_ANSWER - LONGEST_MESSAGE) {
            if (!flush_output(c)) return;
            if (c->unsent) break;      /* what is left of the input waits in partial */
            output_length = 0;
        }
        ssize_t used = one(c, input + at, length - at);
        if (used == 0) break;
        if (used < 0) { answer("400 Bad Request", "text/plain", "", "", 0, "", 1); c->closing = 1; break; }
        at += (size_t)used;
    }
    if (at < length && !c->closing) {
        c->partial_length = length - at;
        c->partial = malloc(c->partial_length);
        memcpy(c->partial, input + at, c->partial_length);
    }
    if (!c->unsent && output_length) flush_output(c);
}

int main(void) {
    const char *port = getenv("PORT");
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port ? port : "3000")), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) { perror("floor"); return 1; }
    signal(SIGPIPE, SIG_IGN);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS], event = { .events = EPOLLIN, .data.ptr = NULL };
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        refresh_date();
        for (int i = 0; i < ready; i++) {
            connection *c = events[i].data.ptr;
            if (c && c->unsent) resume_unsent(c);
            else if (c) receive(c);
            else for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                c = calloc(1, sizeof *c);
                c->fd = fd;
                event = (struct epoll_event){ .events = EPOLLIN, .data.ptr = c };
                epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
