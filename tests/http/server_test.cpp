#include "minidock/http/server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <future>

#include "minidock/base/error.hpp"
#include "tests/support/scratch_server.hpp"

namespace minidock::http {
namespace {

using namespace std::chrono_literals;
using test::hasty_limits;
using test::RawClient;
using test::ScratchServer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void say_hello(Exchange& exchange) {
    exchange.send(Response::text("hello"));
}

void echo(Exchange& exchange) {
    exchange.send(Response::text(exchange.read_body()));
}

TEST(Server, AnswersARequest) {
    const ScratchServer server{say_hello};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.hear_until("hello");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
}

TEST(Server, KeepsAConnectionForTheNextRequest) {
    const ScratchServer server{echo};
    RawClient client{server};
    for (const char* word : {"one", "two", "six"}) {
        client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n");
        client.say(word);
        EXPECT_THAT(client.hear_until(word), HasSubstr(word));
    }
}

TEST(Server, ServesRequestsThatCameTogetherOneAfterTheOther) {
    const ScratchServer server{echo};
    RawClient client{server};
    client.say(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo");
    EXPECT_THAT(client.hear_until("two"), HasSubstr("one"));
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
    const ScratchServer server{say_hello};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.hear_all(), HasSubstr("Connection: close\r\n"));
}

TEST(Server, AHeadRequestGetsTheLengthButNoBody) {
    const ScratchServer server{say_hello};
    RawClient client{server};
    client.say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string answer = client.hear_all();
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Server, ReadsAChunkedBody) {
    const ScratchServer server{echo};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.say("4\r\nabcd\r\n3");
    client.say("\r\nefg\r\n0\r\n\r\n");
    EXPECT_THAT(client.hear_until("abcdefg"), HasSubstr("Content-Length: 7\r\n"));
}

TEST(Server, TellsAClientThatWaitsToGoOnWithItsBody) {
    const ScratchServer server{echo};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_THAT(client.hear_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
    client.say("hi");
    EXPECT_THAT(client.hear_until("hi"), StartsWith("HTTP/1.1 200"));
}

TEST(Server, HandsOnALargeBodyPieceByPiece) {
    std::size_t longest = 0;
    std::size_t total = 0;
    const ScratchServer server{[&](Exchange& exchange) {
        exchange.read_body([&](std::string_view piece) {
            longest = std::max(longest, piece.size());
            total += piece.size();
        });
        exchange.send(Response::text("done"));
    }};
    const std::size_t size = std::size_t{20} << 20;
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
               "\r\n\r\n");
    client.say(std::string(size, 'x'));
    EXPECT_THAT(client.hear_until("done"), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(total, size);
    EXPECT_LE(longest, 64u << 10);
}

TEST(Server, ABodyThatNobodyWantedDoesNotDisturbTheNextRequest) {
    const ScratchServer server{say_hello};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde");
    client.hear_until("hello");
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.hear_until("hello"), StartsWith("HTTP/1.1 200"));
}

TEST(Server, AnswersEarlyToABodyItDoesNotWantAndTheClientHearsIt) {
    const ScratchServer server{
        [](Exchange& exchange) { exchange.send(Response::message(404, "no")); }};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    client.say(std::string(100'000, 'x'));
    EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 404"));
}

TEST(Server, ABodyOverTheLimitIs413) {
    const ScratchServer server{[](Exchange& exchange) {
        try {
            exchange.read_body(std::size_t{10});
        } catch (const StatusError& error) {
            exchange.send(Response::message(error.status(), error.what()));
        }
    }};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nxxxxxxxxxxx");
    EXPECT_THAT(client.hear_until("}"), StartsWith("HTTP/1.1 413"));
}

TEST(Server, AStreamsHeadAndPiecesGoOutAtOnce) {
    std::promise<void> go_on;
    const ScratchServer server{[&](Exchange& exchange) {
        exchange.start_stream(200, "application/json");
        exchange.write("{}\n");
        go_on.get_future().wait();
        exchange.write("{}\n");
    }};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.hear_until("3\r\n{}\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
    go_on.set_value();
    EXPECT_EQ(client.hear_until("0\r\n\r\n"), "3\r\n{}\n\r\n0\r\n\r\n");
}

TEST(Server, AStreamToAnOldClientEndsWithTheConnection) {
    const ScratchServer server{[](Exchange& exchange) {
        exchange.start_stream(200, "text/plain");
        exchange.write("abc");
    }};
    RawClient client{server};
    client.say("GET / HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.hear_all(), EndsWith("\r\n\r\nabc"));
}

TEST(Server, AStreamThatFailsIsCutShortSoThatTheClientCanTell) {
    const ScratchServer server{[](Exchange& exchange) {
        exchange.start_stream(200, "text/plain");
        exchange.write("abc");
        throw NotFound("gone");
    }};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.hear_all(), EndsWith("3\r\nabc\r\n"));
}

TEST(Server, AHandlersExceptionIs500AndTheServerLives) {
    const ScratchServer server{[](Exchange& /*exchange*/) { throw std::runtime_error{"oh"}; }};
    for (int i = 0; i < 3; ++i) {
        RawClient client{server};
        client.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 500"));
    }
}

TEST(Hijack, AnswersAnUpgradeWith101AndHandsOnWhatCameBehindTheHead) {
    const ScratchServer server{[](Exchange& exchange) {
        const Hijacked taken = exchange.hijack("application/vnd.docker.raw-stream");
        write_all(taken.fd.get(), "<" + taken.early + ">", "the client");
    }};
    RawClient client{server};
    client.say("POST /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly");
    const std::string heard = client.hear_all();
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 101 UPGRADED\r\n"));
    EXPECT_THAT(heard, HasSubstr("Content-Type: application/vnd.docker.raw-stream\r\n"));
    EXPECT_THAT(heard, EndsWith("\r\n\r\n<early>"));
}

TEST(Hijack, WithoutAnUpgradeTakesTheConnectionOverAfterA200) {
    const ScratchServer server{[](Exchange& exchange) {
        const Hijacked taken = exchange.hijack("application/vnd.docker.raw-stream");
        write_all(taken.fd.get(), "raw", "the client");
    }};
    RawClient client{server};
    client.say("POST /x HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string heard = client.hear_all();
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(heard, Not(HasSubstr("chunked")));
    EXPECT_THAT(heard, EndsWith("\r\n\r\nraw"));
}

TEST(Hijack, ReadsTheRequestsBodyBeforeItTakesOver) {
    const ScratchServer server{[](Exchange& exchange) {
        const std::string body = exchange.read_body();
        const Hijacked taken = exchange.hijack("application/vnd.docker.raw-stream");
        write_all(taken.fd.get(), body + "|" + taken.early, "the client");
    }};
    RawClient client{server};
    client.say(
        "POST /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        "Content-Length: 2\r\n\r\n{}input");
    EXPECT_THAT(client.hear_all(), EndsWith("\r\n\r\n{}|input"));
}

TEST(Hijack, AClientThatLeavesInTheMiddleOfAnUpgradeLeavesTheServerWell) {
    const ScratchServer server{[](Exchange& exchange) {
        if (exchange.request().path == "/ping") return say_hello(exchange);
        const Hijacked taken = exchange.hijack("application/vnd.docker.raw-stream");
        char byte = 0;
        while (::recv(taken.fd.get(), &byte, 1, 0) > 0) {
        }
    }};
    for (int i = 0; i < 20; ++i) {
        RawClient client{server};
        client.say("POST /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        if (i % 2 == 0) client.hear_until("\r\n\r\n");
        client.hang_up();
    }
    RawClient client{server};
    client.say("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.hear_until("hello"), HasSubstr("hello"));
}

TEST(BrokenClients, GarbageIs400) {
    const ScratchServer server{say_hello};
    for (const std::string& garbage :
         {std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15},
          std::string{"hello there\r\n\r\n"}, std::string{"GET / HTTP/9.9\r\n\r\n"},
          std::string{"GET / HTTP/1.1\r\nno colon\r\n\r\n"},
          std::string{"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n"}}) {
        RawClient client{server};
        client.say(garbage);
        EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 400")) << garbage;
    }
}

TEST(BrokenClients, AHeadWithoutEndIs431) {
    const ScratchServer server{say_hello};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\n");
    const std::string field = "X-Field: " + std::string(1000, 'x') + "\r\n";
    for (int i = 0; i < 100; ++i)
        client.say(field);
    EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 431"));
}

TEST(BrokenClients, AHeadThatStopsHalfwayIs408) {
    const ScratchServer server{say_hello, hasty_limits()};
    RawClient client{server};
    client.say("GET / HTTP/1.1\r\nHo");
    EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 408"));
}

TEST(BrokenClients, AHeadThatDripsIsGivenNoMoreTimeThanOneThatStops) {
    constexpr int all = 100;
    const ScratchServer server{say_hello, hasty_limits()};
    RawClient client{server};
    std::atomic<int> drops = 0;
    std::thread dripping{[&] {
        try {
            for (; drops < all; ++drops) {
                client.say("x");
                std::this_thread::sleep_for(20ms);
            }
        } catch (const SystemError&) {
            return;  // the server has closed, as it should
        }
    }};
    EXPECT_THAT(client.hear_all(), StartsWith("HTTP/1.1 408"));
    EXPECT_LT(drops, all);
    dripping.join();
}

TEST(BrokenClients, ABodyThatDoesNotComeIsTheHandlersToRefuse) {
    std::promise<int> status;
    const ScratchServer server{[&](Exchange& exchange) {
                                   try {
                                       exchange.read_body();
                                       status.set_value(0);
                                   } catch (const StatusError& error) {
                                       status.set_value(error.status());
                                   }
                               },
                               hasty_limits()};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_EQ(status.get_future().get(), 408);
}

TEST(BrokenClients, AClientThatLeavesInItsBodyEndsTheHandler) {
    std::promise<void> left;
    const ScratchServer server{[&](Exchange& exchange) {
        try {
            exchange.read_body();
        } catch (const ClientGone&) {
            left.set_value();
            throw;
        }
    }};
    RawClient client{server};
    client.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    client.hang_up();
    EXPECT_EQ(left.get_future().wait_for(5s), std::future_status::ready);
}

TEST(BrokenClients, AConnectionOverTheLimitIsTold503) {
    Limits limits = hasty_limits();
    limits.connections = 2;
    limits.idle = 5s;
    const ScratchServer server{say_hello, limits};
    RawClient first{server};
    RawClient second{server};
    for (RawClient* client : {&first, &second}) {
        client->say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        client->hear_until("hello");
    }
    RawClient third{server};
    EXPECT_THAT(third.hear_all(), StartsWith("HTTP/1.1 503"));
}

TEST(Waiting, EndsWhenTheClientHasGone) {
    std::promise<Wake> ended;
    const ScratchServer server{[&](Exchange& exchange) {
        const Pipe never = Pipe::make();
        exchange.start_stream(200, "application/json");
        ended.set_value(exchange.wait(never.read_end.get()));
    }};
    RawClient client{server};
    client.say("POST /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    client.hear_until("\r\n\r\n");
    client.hang_up();
    EXPECT_EQ(ended.get_future().get(), Wake::client_gone);
}

TEST(Waiting, GoesOnForAClientThatOnlyFinishedSending) {
    std::promise<Wake> ended;
    const ScratchServer server{[&](Exchange& exchange) {
        const Pipe never = Pipe::make();
        ended.set_value(exchange.wait(never.read_end.get(), 100ms));
        exchange.send(Response::text("answer"));
    }};
    RawClient client{server};
    client.say("POST /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    client.stop_talking();
    EXPECT_EQ(ended.get_future().get(), Wake::timeout);
    EXPECT_THAT(client.hear_all(), HasSubstr("answer"));
}

TEST(Waiting, EndsWhenTheServerStops) {
    std::promise<Wake> ended;
    std::promise<void> waiting;
    ScratchServer server{[&](Exchange& exchange) {
        const Pipe never = Pipe::make();
        waiting.set_value();
        ended.set_value(exchange.wait(never.read_end.get()));
    }};
    RawClient client{server};
    client.say("POST /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    waiting.get_future().wait();
    server.server().stop();
    EXPECT_EQ(ended.get_future().get(), Wake::stopping);
}

TEST(Stopping, ClosesIdleConnectionsAndAnswersBusyOnes) {
    std::promise<void> busy;
    std::promise<void> go_on;
    auto server = std::make_unique<ScratchServer>([&](Exchange& exchange) {
        busy.set_value();
        go_on.get_future().wait();
        say_hello(exchange);
    });
    RawClient idle{*server};
    RawClient asking{*server};
    asking.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    busy.get_future().wait();
    server->server().stop();
    EXPECT_EQ(idle.hear_all(), "");
    go_on.set_value();
    EXPECT_THAT(asking.hear_all(), HasSubstr("hello"));
    server.reset();
}

TEST(Stopping, AHandlerThatWritesToADeafClientIsCutOff) {
    TempDir folder;
    Server server{listen_for_clients(folder / "s", "minidock"),
                  [](Exchange& exchange) {
                      exchange.start_stream(200, "text/plain");
                      for (;;)
                          exchange.write(std::string(100'000, 'x'));
                  },
                  hasty_limits()};
    std::thread running{[&] { server.run(); }};
    const Fd deaf = connect_unix(folder / "s");
    write_all(deaf.get(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "the socket");
    std::string first(1, ' ');
    ASSERT_EQ(::recv(deaf.get(), first.data(), 1, 0), 1);
    server.stop();
    running.join();
    EXPECT_TRUE(server.drain());
}

TEST(Listener, RefusesASocketAtWhichAnotherAnswers) {
    const ScratchServer server{say_hello};
    try {
        listen_for_clients(server.path(), "minidock");
        FAIL() << "two listen at " << server.path();
    } catch (const Conflict& error) {
        EXPECT_EQ(error.what(), "another daemon answers at " + server.path() + " already");
    }
}

TEST(Listener, ReplacesADeadSocketAndLetsOnlyOwnerAndGroupIn) {
    const TempDir folder;
    const std::string path = folder / "dead.sock";
    listen_for_clients(path, "minidock").reset();
    const Fd listener = listen_for_clients(path, "minidock");
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777u, 0660u);
    EXPECT_NO_THROW(connect_unix(path));
}

TEST(Listener, LeavesAFileThatIsNoSocketAlone) {
    const TempDir folder;
    const std::string path = folder / "precious";
    write_all(open_file(path, O_WRONLY | O_CREAT, 0600).get(), "data", path);
    EXPECT_THROW(listen_for_clients(path, "minidock"), Conflict);
    EXPECT_EQ(read_file(path), "data");
}

}  // namespace
}  // namespace minidock::http
